import type { z } from 'zod'
import type { ComparableResults, SeriesAnswer } from '../../../app/setups/schema.ts'
import { kitt } from './kitt.ts'

type Json<T> = Promise<{ json(): Promise<T> }>
type Query = { query: Record<string, string | string[]> }
type One = { param: { id: string } }

type Pending = {
  setups: {
    ':id': { series: { $get(a: One & Query): Json<z.infer<typeof SeriesAnswer>> } }
  }
  results: { ':id': { comparable: { $get(a: One): Json<ComparableResults> } } }
}

export const soon = (): Pending => kitt().api.v1 as unknown as Pending

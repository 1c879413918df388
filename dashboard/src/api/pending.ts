import type { z } from 'zod'
import type { Alert, AlertDetail, AlertNote, AlertSilence } from '../../../app/alerts/schema.ts'
import type { ComparableResults, SeriesAnswer } from '../../../app/setups/schema.ts'
import { kitt } from './kitt.ts'

type Json<T> = Promise<{ json(): Promise<T> }>
type List<T> = { items: T[]; total: number; page: number; per_page: number; pages: number; skip?: number }
type Query = { query: Record<string, string | string[]> }
type One = { param: { id: string } }
type Step = { $post(a: One & { json: unknown }): Json<Alert> }

type Pending = {
  setups: {
    ':id': { series: { $get(a: One & Query): Json<z.infer<typeof SeriesAnswer>> } }
  }
  alerts: {
    $get(a: Query): Json<List<Alert>>
    ':id': {
      $get(a: One): Json<AlertDetail>
      acknowledge: { $post(a: One & { json: Partial<AlertNote> }): Json<Alert> }
      silence: { $post(a: One & { json: Omit<AlertSilence, 'until'> & { until?: string } }): Json<Alert> }
      accept: Step
      resolve: Step
      'false-alarm': Step
      confirm: Step
    }
  }
  results: { ':id': { comparable: { $get(a: One): Json<ComparableResults> } } }
}

export const soon = (): Pending => kitt().api.v1 as unknown as Pending

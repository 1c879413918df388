import type { Context, TypedResponse } from 'hono'
import type { Env } from './env.ts'

/** Answers with text that is already JSON. */
export const jsonText = <T>(c: Context<Env>, text: string) =>
  c.body(text, 200, { 'Content-Type': 'application/json' }) as unknown as TypedResponse<T, 200, 'json'>

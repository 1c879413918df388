import { TOKEN } from './bench.ts'
import type { Shot } from './load.ts'

export const json = <T>(response: Promise<{ json(): Promise<T> }>) => response.then((answer) => answer.json())

/** A request with a body; the admin's unless another token is given. */
export const post = (path: string, body: unknown, token = TOKEN): Shot => ({
  method: 'POST',
  path,
  body: JSON.stringify(body),
  token,
})

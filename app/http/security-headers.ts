import { createMiddleware } from 'hono/factory'
import type { Env } from './env.ts'

const HEADERS = Object.entries({
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
})

/** Added to every answer to a request with a token, so that no cache keeps it. */
const PERSONAL = [...HEADERS, ['Cache-Control', 'no-store'] as [string, string]]

/** Headers on every answer: nothing is sniffed, framed, or told to others. A page may have a policy of its own. */
export const securityHeaders = createMiddleware<Env>(async (c, next) => {
  const shown = c.env?.header ? c.env.header('authorization') : c.req.header('authorization')
  const wanted = shown === undefined ? HEADERS : PERSONAL
  if (c.env?.setHeader) {
    for (const [name, value] of wanted) c.env.setHeader(name, value)
    return next()
  }
  await next()
  const { headers } = c.res
  for (const [name, value] of wanted) if (!headers.has(name)) headers.set(name, value)
})

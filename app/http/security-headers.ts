import { createMiddleware } from 'hono/factory'
import type { Env } from './env.ts'

/** Headers on every answer: nothing is sniffed, framed, or told to others. */
export const securityHeaders = createMiddleware<Env>(async (c, next) => {
  await next()
  c.res.headers.set('X-Content-Type-Options', 'nosniff')
  c.res.headers.set('X-Frame-Options', 'DENY')
  c.res.headers.set('Referrer-Policy', 'no-referrer')
  if (!c.res.headers.has('Content-Security-Policy'))
    c.res.headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
})

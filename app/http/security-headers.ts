import { createMiddleware } from 'hono/factory'
import { type Env, headerOf } from './env.ts'

const HEADERS = Object.entries({
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
})

/** For requests with a token: caches must not store the answer. */
const PERSONAL = [...HEADERS, ['Cache-Control', 'no-store'] as [string, string]]

/** Security headers of every answer. A page may set its own policy. */
export const securityHeaders = createMiddleware<Env>(async (c, next) => {
  const shown = headerOf(c, 'authorization')
  const wanted = shown === undefined ? HEADERS : PERSONAL
  if (c.env?.setHeader) {
    for (const [name, value] of wanted) c.env.setHeader(name, value)
    return next()
  }
  await next()
  const { headers } = c.res
  for (const [name, value] of wanted) if (!headers.has(name)) headers.set(name, value)
})

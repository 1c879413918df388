import { createMiddleware } from 'hono/factory'
import type { Deps } from '../deps.ts'
import { routeKey } from './auth.ts'
import type { Env } from './env.ts'

/** One line per request; what is asked of often and goes well is told at debug level. */
export const requestLog = ({ log, clock, newId, metrics }: Deps) =>
  createMiddleware<Env>(async (c, next) => {
    const began = clock.monotonic()
    const request_id = newId()
    c.set('request_id', request_id)
    await next()
    const { status } = c.res
    const level = status >= 500 ? 'error' : status >= 400 ? 'warn' : c.req.method === 'GET' ? 'debug' : 'info'
    const ms = Math.round((clock.monotonic() - began) * 10) / 10
    metrics?.observe(c.req.method, routeKey(c)?.split(' ')[1] ?? 'none', status, ms / 1000)
    log[level]({ request_id, route: routeKey(c) ?? 'none', status, ms }, `${c.req.method} ${status}`)
  })

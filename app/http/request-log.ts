import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import type { Deps } from '../deps.ts'
import type { Env } from './env.ts'

/** Which route answers a request: the key of its row in the table of routes, if any does. */
const routeOf = (c: Context): string | undefined => {
  const route = matchedRoutes(c).find(({ method }) => method !== 'ALL')
  return route && `${route.method} ${route.path}`
}

/** One line per request; what is asked of often and goes well is told at debug level. */
export const requestLog = ({ log, clock, newId, metrics }: Deps) =>
  createMiddleware<Env>(async (c, next) => {
    const began = clock.monotonic()
    const request_id = newId()
    const route = routeOf(c)
    c.set('request_id', request_id)
    c.set('route', route)
    await next()
    const { status } = c.res
    const level = status >= 500 ? 'error' : status >= 400 ? 'warn' : c.req.method === 'GET' ? 'debug' : 'info'
    const ms = Math.round((clock.monotonic() - began) * 10) / 10
    metrics?.observe(c.req.method, route?.split(' ')[1] ?? 'none', status, ms / 1000)
    log[level]({ request_id, route: route ?? 'none', status, ms }, `${c.req.method} ${status}`)
  })

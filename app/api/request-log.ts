import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import type { RouterRoute } from 'hono/types'
import type { Deps } from '../deps.ts'
import type { Env } from '../http/env.ts'

/** Slower than this is worth a line, in milliseconds. */
const SLOW_MS = 1000

/** One line per request: errors and slow ones as such, the others at info level. */
export const requestLog = ({ log, clock, newId, metrics }: Deps) => {
  const keyOf = routeKeys()
  return createMiddleware<Env>(async (c, next) => {
    const began = clock.monotonic()
    const request_id = newId()
    const found = routeOf(c)
    const route = found && keyOf(found)
    c.set('request_id', request_id)
    c.set('route', route)
    await next()
    const { status } = c.res
    const { method } = c.req
    const ms = Math.round((clock.monotonic() - began) * 10) / 10
    const level = status >= 500 ? 'error' : status >= 400 || ms >= SLOW_MS ? 'warn' : 'info'
    metrics?.observe(method, found?.path ?? 'none', status, ms / 1000)
    log[level](
      { request_id, route: route ?? 'none', status, ms },
      `${method} ${status}${status < 400 && ms >= SLOW_MS ? ', slow' : ''}`,
    )
  })
}

/** The route of a request, if any. */
const routeOf = (c: Context): RouterRoute | undefined =>
  matchedRoutes(c).find(({ method }) => method !== 'ALL')

/** Caches each route's key in the table of routes: a newly concatenated string is slow to look up. */
function routeKeys(): (route: RouterRoute) => string {
  const keys = new Map<RouterRoute, string>()
  return (route) => {
    const known = keys.get(route)
    if (known !== undefined) return known
    const key = `${route.method} ${route.path}`
    keys.set(route, key)
    return key
  }
}

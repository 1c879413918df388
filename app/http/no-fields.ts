import { createMiddleware } from 'hono/factory'
import type { RouterRoute } from 'hono/types'
import { BadRequest } from '../errors.ts'
import type { Env } from './env.ts'
import { inputSchemas, sentenceOf } from './validate.ts'

/**
 * Refuses a body with fields where the route takes none: what its sender meant would silently not be done.
 * @param registered the routes of the app, complete by the first request
 */
export function refuseFields(registered: RouterRoute[]) {
  let takers: Set<string> | undefined
  return createMiddleware<Env>(async (c, next) => {
    const { method } = c.req
    const { route } = c.var
    if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || !route) return next()
    takers ??= new Set(registered.filter(takesBody).map((one) => `${one.method} ${one.path}`))
    if (takers.has(route)) return next()
    const fields = Object.keys(await c.req.json<object>()).slice(0, 50)
    if (fields.length === 0) return next()
    const details = fields.map((path) => ({ path: path.slice(0, 200), message: 'is not a known field' }))
    throw new BadRequest(sentenceOf(details), { details })
  })
}

const takesBody = ({ handler }: RouterRoute) => inputSchemas.get(handler)?.target === 'json'

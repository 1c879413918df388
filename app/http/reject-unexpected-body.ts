import type { RouterRoute } from 'hono/types'
import { BadRequest } from '../errors.ts'
import type { CheckBody } from './body.ts'
import { inputSchemas, sentenceOf } from './validate.ts'

/**
 * Refuses a body with fields on a route that takes none: they would be ignored silently.
 * @param registered the routes of the app, complete by the first request
 */
export function rejectUnexpectedBody(registered: RouterRoute[]): CheckBody {
  let takers: Set<string> | undefined
  return (route, body) => {
    takers ??= new Set(registered.filter(takesBody).map((one) => `${one.method} ${one.path}`))
    if (!route || takers.has(route)) return
    const fields = Object.keys(body).slice(0, 50)
    if (fields.length === 0) return
    const details = fields.map((path) => ({ path: path.slice(0, 200), message: 'is not a known field' }))
    throw new BadRequest(sentenceOf(details), { details })
  }
}

const takesBody = ({ handler }: RouterRoute) => inputSchemas.get(handler)?.target === 'json'

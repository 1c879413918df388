import type { Context, ErrorHandler, Hono, NotFoundHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { DatabaseUnavailable, isTooLarge, isUnavailable } from '../../db/errors.ts'
import type { Deps } from '../deps.ts'
import { AppError, BadRequest, MethodNotAllowed, NotFound, PayloadTooLarge, Unavailable } from '../errors.ts'
import type { Env } from './env.ts'
import type { ErrorBody } from './fields.ts'

/** The only place where an error becomes a response. */
export const onError =
  (deps: Deps): ErrorHandler<Env> =>
  (error, c) => {
    const known = toAppError(error)
    if (known) {
      if (known.status >= 502)
        deps.log.warn({ request_id: c.get('request_id'), cause: internal(known) }, known.message)
      return respond(c, known)
    }
    deps.log.error({ request_id: c.get('request_id'), error: internal(error) }, 'a request failed')
    return c.json({ error: 'Internal error', request_id: c.get('request_id') } satisfies ErrorBody, 500)
  }

function toAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error
  if (error instanceof DatabaseUnavailable)
    return new Unavailable(error.message, { retryAfterS: 2, cause: error })
  if (isTooLarge(error))
    return new PayloadTooLarge('The database of this server takes nothing of this size.', { cause: error })
  if (isUnavailable(error))
    return new Unavailable('The database cannot take this now. Try again.', { retryAfterS: 2, cause: error })
  if (error instanceof HTTPException && error.status === 404) return new NotFound('There is nothing here.')
  if (error instanceof HTTPException && error.status === 400) return new BadRequest(error.message)
  return undefined
}

const internal = (error: unknown) => {
  const chain: string[] = []
  for (let e: unknown = error; e instanceof Error && chain.length < 5; e = e.cause)
    chain.push(e.stack ?? e.message)
  return chain
}

function respond(c: Context, error: AppError) {
  const body: ErrorBody = { error: error.message, ...(error.details ? { details: error.details } : {}) }
  return c.json(body, error.status, error.headers)
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** 405 if the path has other methods, otherwise 404; JSON in both cases. */
export const notFound =
  (app: Hono<Env>): NotFoundHandler<Env> =>
  (c) => {
    const allow = METHODS.filter((method) =>
      app.router.match(method, c.req.path)[0].some(([[, route]]) => route.method !== 'ALL'),
    )
    return respond(
      c,
      allow.length > 0 ? new MethodNotAllowed([...allow]) : new NotFound('There is nothing here.'),
    )
  }

/** One fault of a request body, query or path: where, and what is wrong. */
export type ErrorDetail = { path: string; message: string }

type Extra = { details?: ErrorDetail[]; headers?: Record<string, string>; cause?: unknown }

/** An error whose message may be shown to the client. `cause` is for the log alone. */
export abstract class AppError extends Error {
  abstract readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 421 | 429 | 502 | 503
  readonly details: ErrorDetail[] | undefined
  readonly headers: Record<string, string>

  constructor(message: string, extra: Extra = {}) {
    super(message, { cause: extra.cause })
    this.details = extra.details
    this.headers = extra.headers ?? {}
  }
}

/** 400: the request itself is wrong. */
export class BadRequest extends AppError {
  readonly status = 400
}
/** 400: the request is right, the thing is not in a state to take it. */
export class WrongState extends AppError {
  readonly status = 400
}
/** 401: a token is needed and none, or none that can be read, was given. */
export class Unauthenticated extends AppError {
  readonly status = 401
  constructor(message = 'A token is needed: send "Authorization: Bearer <token>".') {
    super(message, { headers: { 'WWW-Authenticate': 'Bearer' } })
  }
}
/** 403: the token is unknown, or may not do this. */
export class Forbidden extends AppError {
  readonly status = 403
}
/** 404. */
export class NotFound extends AppError {
  readonly status = 404
}
/** 405, with the methods that are allowed. */
export class MethodNotAllowed extends AppError {
  readonly status = 405
  constructor(allow: string[]) {
    super(`This path takes ${allow.join(', ')}.`, { headers: { Allow: allow.join(', ') } })
  }
}
/** 413. */
export class PayloadTooLarge extends AppError {
  readonly status = 413
}
/** 415: a body in an encoding or of a type that is not taken. */
export class UnsupportedMediaType extends AppError {
  readonly status = 415
}
/** 421: the request is for a server of another name. */
export class Misdirected extends AppError {
  readonly status = 421
}
/** 429, with the seconds to wait. */
export class TooManyRequests extends AppError {
  readonly status = 429
  constructor(message: string, retryAfterS: number) {
    super(message, { headers: { 'Retry-After': String(retryAfterS) } })
  }
}
/** 503: not configured, busy, or shutting down. */
export class Unavailable extends AppError {
  readonly status = 503
  constructor(message: string, extra: Extra & { retryAfterS?: number } = {}) {
    super(message, {
      ...extra,
      headers: extra.retryAfterS ? { 'Retry-After': String(extra.retryAfterS) } : {},
    })
  }
}

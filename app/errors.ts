/** One error in a request's body, query or path. */
export type ErrorDetail = { path: string; message: string }

type Extra = { details?: ErrorDetail[]; headers?: Record<string, string>; cause?: unknown }

/** An error whose message is sent to the client. `cause` is only logged. */
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

/** 400: the request is invalid. */
export class BadRequest extends AppError {
  readonly status = 400
}
/** 400: the request is valid, but not allowed in the current state. */
export class WrongState extends AppError {
  readonly status = 400
}
/** 401: a token is needed, and none or a malformed one was sent. */
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
    super(`This path supports only ${allow.join(', ')}.`, { headers: { Allow: allow.join(', ') } })
  }
}
/** 413. */
export class PayloadTooLarge extends AppError {
  readonly status = 413
}
/** 415: the body has an unsupported type or encoding. */
export class UnsupportedMediaType extends AppError {
  readonly status = 415
}
/** 421: the Host header names another server. */
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

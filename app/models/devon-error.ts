import { AppError } from '../errors.ts'

/** `not_found` and `rejected` are about the request, the others about Devon or its address. */
export type DevonFailure =
  | 'misconfigured'
  | 'unreachable'
  | 'timeout'
  | 'failed'
  | 'bad_answer'
  | 'unauthorized'
  | 'not_found'
  | 'rejected'

/**
 * Devon could not be used: status 404 for `not_found`, 503 for `misconfigured`, otherwise 502.
 * `message` is a public sentence; `detail` is for the log. Neither contains a secret.
 */
export class DevonError extends AppError {
  override readonly name = 'DevonError'
  readonly status: 404 | 502 | 503
  readonly kind: DevonFailure
  readonly detail: string

  constructor(kind: DevonFailure, message: string, detail = '') {
    super(message, { cause: `${kind} ${detail}` })
    this.status = kind === 'not_found' ? 404 : kind === 'misconfigured' ? 503 : 502
    this.kind = kind
    this.detail = detail
  }
}

/**
 * Devon's text for a public message: one line of at most 200 characters, without the secret; null for markup.
 */
export function publicText(text: unknown, secret: string | null): string | null {
  if (typeof text !== 'string' || /<[a-z!/?]/i.test(text)) return null
  const open = secret ? text.replaceAll(secret, '[secret]') : text
  const line = open.replace(/[\s\p{C}]+/gu, ' ').trim()
  if (line === '') return null
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`
}

import { AppError } from '../errors.ts'

/** Why Devon could not be used. `not_found` and `rejected` are about the request; the rest is Devon or its address. */
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
 * Devon could not be used: 404 for what it does not know, 503 where it is set up wrongly, otherwise 502.
 * `message` is one public sentence; `detail` is for the log. Neither holds a secret.
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
 * Somebody else's text made fit for a public sentence: one line of at most 200 characters, the secret cut out,
 * and null for anything that looks like markup.
 */
export function publicText(text: unknown, secret: string | null): string | null {
  if (typeof text !== 'string' || /<[a-z!/?]/i.test(text)) return null
  const open = secret ? text.replaceAll(secret, '[secret]') : text
  const line = open.replace(/[\s\p{C}]+/gu, ' ').trim()
  if (line === '') return null
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`
}

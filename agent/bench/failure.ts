import type { FailureName, RequestError } from './record.ts'

/** A failed request, thrown inside the measurement and turned into a record's `error`. */
export class RequestFailure extends Error {
  readonly kind: FailureName
  constructor(kind: FailureName, message: string) {
    super(message)
    this.kind = kind
  }
}

/** One line of at most 300 characters, without the key should an engine echo it. */
export function failure(kind: FailureName, message: string, secret?: string): RequestFailure {
  const clean = secret ? message.replaceAll(secret, '[key]') : message
  return new RequestFailure(kind, clean.replace(/\s+/g, ' ').slice(0, 300))
}

/** What to count an exception as. Messages of the runtime are not repeated: they may hold the address. */
export function toRequestError(thrown: unknown, answered: boolean): RequestError {
  if (thrown instanceof RequestFailure) return { kind: thrown.kind, message: thrown.message }
  const cause =
    (thrown as { cause?: { code?: unknown } })?.cause?.code ?? (thrown as { code?: unknown })?.code
  const code = typeof cause === 'string' ? ` (${cause})` : ''
  if (answered) return { kind: 'closed', message: `The connection broke in mid-answer${code}.` }
  return { kind: 'connection', message: `The engine could not be reached${code}.` }
}

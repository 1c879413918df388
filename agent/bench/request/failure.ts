import type { FailureName, RequestError } from './record.ts'

/** A failed request, thrown inside the measurement and turned into a record's `error`. */
export class RequestFailure extends Error {
  readonly kind: FailureName
  constructor(kind: FailureName, message: string) {
    super(message)
    this.kind = kind
  }
}

const LONGEST = 300
/** Keys of known services and bearer tokens: an engine may echo a request. */
const KEYS = /\b(?:sk|hf|gsk|xai|pk|rk|nvapi)[-_][\w-]{8,}|\bBearer\s+[^\s"',;]+/gi
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is made visible
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/**
 * Untrusted text as one line of at most 300 characters: white space joined, control and direction characters escaped
 * (`\u001b`), keys and `secrets` replaced by `[key]`.
 */
export function cleanText(text: string, secrets: readonly string[] = []): string {
  // Secrets are replaced before the text is truncated.
  let clean = text.slice(0, 64 * 1024)
  for (const secret of secrets.flatMap(formsOf)) clean = clean.replaceAll(secret, '[key]')
  return clean
    .replace(KEYS, '[key]')
    .replace(/\s+/g, ' ')
    .replace(CONTROLS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .trim()
    .slice(0, LONGEST)
}

/** A secret unchanged, escaped as in JSON and PHP, and encoded as in a URL. */
const formsOf = (secret: string) =>
  secret === ''
    ? []
    : [secret, JSON.stringify(secret).slice(1, -1), secret.replaceAll('/', '\\/'), encodeURIComponent(secret)]

/** @param secrets texts to hide, should an engine echo them */
export const failure = (kind: FailureName, message: string, secrets: readonly string[] = []) =>
  new RequestFailure(kind, cleanText(message, secrets))

/** Classifies an exception. Messages of the runtime are dropped: they may contain a key. */
export function toRequestError(thrown: unknown, answered: boolean, address: string): RequestError {
  if (thrown instanceof RequestFailure) return { kind: thrown.kind, message: thrown.message }
  const code = codeOf(thrown)
  if (code === 'HPE_HEADER_OVERFLOW' || code === 'ResponseHeadersTooLarge')
    return { kind: 'too_large', message: `The answer's headers are over 64 KiB (${address}).` }
  if (code?.startsWith('HPE_') || code === 'Malformed_HTTP_Response')
    return { kind: 'bad_answer', message: `What answered at ${address} does not speak HTTP (${code}).` }
  const suffix = code ? ` (${code})` : ''
  if (!answered && code === 'ECONNRESET')
    return {
      kind: 'connection',
      message: `The engine closed the connection before it answered (${address}).`,
    }
  if (answered) return { kind: 'closed', message: `The connection broke during the answer${suffix}.` }
  return { kind: 'connection', message: `The engine could not be reached at ${address}${suffix}.` }
}

/** The code of an error or of its cause: `ECONNREFUSED`. */
export function codeOf(thrown: unknown): string | undefined {
  const { cause, code } = (thrown ?? {}) as { cause?: { code?: unknown }; code?: unknown }
  const found = cause?.code ?? code
  return typeof found === 'string' ? found : undefined
}

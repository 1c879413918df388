import { readBounded } from './bounded-body.ts'
import { DevonError, publicText } from './devon-error.ts'

const EXPLANATION_BYTES = 64 * 1024

/** A 2xx as its JSON; a 404 as null, for callers to whom that is an answer. */
export type Answer = { status: number; json: unknown }

/**
 * Reads an answer that is no redirect.
 *
 * @throws {DevonError} for any other status and for what is not JSON; errors of the connection pass through
 */
export async function readAnswer(
  response: Response,
  maxBytes: number,
  secret: string | null,
): Promise<Answer> {
  const { status } = response
  if (response.ok) return { status, json: parse(await readBounded(response, maxBytes)) }
  if (status !== 404) throw refusal(status, await explanation(response, secret))
  await response.body?.cancel()
  return { status, json: null }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new DevonError('bad_answer', 'Devon answered with something that is not JSON.')
  }
}

/** What Devon says of its refusal, ready to follow a sentence; an answer that cannot be read explains nothing. */
async function explanation(response: Response, secret: string | null): Promise<string> {
  try {
    const json = JSON.parse(await readBounded(response, EXPLANATION_BYTES))
    const text = publicText(json?.detail ?? json?.error, secret)
    return text === null ? '.' : `: ${text}`
  } catch {
    return '.'
  }
}

function refusal(status: number, explained: string): DevonError {
  const said = `(HTTP ${status})${explained}`
  if (status === 401 || status === 403) {
    return new DevonError(
      'unauthorized',
      'Devon refused the API key; check that the one for its address is set.',
    )
  }
  if (status >= 500) return new DevonError('failed', `Devon failed ${said}`)
  if (status >= 400) return new DevonError('rejected', `Devon refused the request ${said}`)
  return new DevonError('bad_answer', `Devon answered in an unexpected way (HTTP ${status}).`)
}

import { DevonError, publicText } from './devon-error.ts'

const EXPLANATION_BYTES = 64 * 1024

/** The JSON of a 2xx; null for a 404. */
export type Answer = { status: number; json: unknown }

/** Reads an answer other than a redirect. @throws DevonError for other statuses and invalid JSON; connection errors pass */
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
    throw new DevonError('bad_answer', 'Devon did not answer with JSON; check the Devon URL.')
  }
}

/** Devon's reason to append to a message; '.' if it gives none. */
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

export class TooLarge extends Error {
  override readonly name = 'TooLarge'
}

/** The body as text. @throws TooLarge after `maxBytes` bytes; the rest is not received */
async function readBounded(response: Response, maxBytes: number): Promise<string> {
  const reader = response.body?.getReader()
  if (!reader) return ''
  const decoder = new TextDecoder()
  let text = ''
  let received = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    received += value.byteLength
    if (received > maxBytes) {
      await reader.cancel()
      throw new TooLarge(`more than ${maxBytes} bytes`)
    }
    text += decoder.decode(value, { stream: true })
  }
}

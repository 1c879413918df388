/** A body larger than its limit. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
}

/**
 * The body as text, at most `maxBytes` of it held.
 *
 * @throws {TooLarge} as soon as there is more; the rest is not received
 */
export async function readBounded(response: Response, maxBytes: number): Promise<string> {
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

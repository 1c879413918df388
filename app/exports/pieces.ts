export type Bytes = Uint8Array<ArrayBuffer>
/** A part of what is written: text, or bytes in UTF-8. */
export type Piece = string | Bytes

/** In UTF-16 units or bytes: what is sent at once. */
const PIECE = 128 * 1024

const encoder = new TextEncoder()

/** What is written as bytes, in pieces that are neither tiny nor large. */
export async function* asPieces(parts: AsyncIterable<Piece>): AsyncGenerator<Bytes> {
  let text = ''
  for await (const part of parts) {
    if (typeof part === 'string') {
      text += part
      if (text.length < PIECE) continue
    }
    if (text !== '') yield encoder.encode(text)
    text = ''
    if (typeof part === 'string') continue
    for (let at = 0; at < part.byteLength; at += PIECE) yield part.subarray(at, at + PIECE)
  }
  if (text !== '') yield encoder.encode(text)
}

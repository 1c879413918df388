import type { Context } from 'hono'
import type { Env } from './env.ts'

const MIB = 1024 * 1024
const PIECE = 64 * 1024

export type Bytes = Uint8Array<ArrayBuffer>

/**
 * Answers with JSON bytes. A large answer is streamed, so that the connection buffers little of it at a time.
 * @param stalledMs cuts off a reader that takes nothing for this long
 */
export function answerJson(c: Context<Env>, pieces: readonly Bytes[], stalledMs: number): Response {
  const size = sizeOf(pieces)
  const headers = { 'Content-Type': 'application/json' }
  if (size <= MIB || c.req.method === 'HEAD') return c.body(together(pieces, size), 200, headers)
  const stream = streamOf(pieces, stalledMs, () => c.env?.cut?.())
  return c.body(stream, 200, { ...headers, 'Content-Length': String(size) })
}

/** In bytes. */
export const sizeOf = (pieces: readonly Bytes[]): number =>
  pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)

/** Pieces as one; `size` is the sum of their lengths. */
export function together(pieces: readonly Bytes[], size: number): Bytes {
  if (pieces.length === 1 && pieces[0]) return pieces[0]
  const all = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.byteLength
  }
  return all
}

function streamOf(pieces: readonly Bytes[], stalledMs: number, cut: () => void): ReadableStream<Uint8Array> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const left = [...pieces]
  let at = 0
  /** The next bit; frees each piece once it is sent. */
  const next = () => {
    const bit = left[0]?.subarray(at, at + PIECE)
    at += PIECE
    if (at >= (left[0]?.byteLength ?? 0)) {
      left.shift()
      at = 0
    }
    return bit
  }
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        clearTimeout(timer)
        const bit = next()
        if (bit) controller.enqueue(bit)
        if (left.length === 0) return controller.close()
        timer = setTimeout(() => {
          controller.error(new Error('The reader takes nothing.'))
          cut()
        }, stalledMs)
      },
      cancel: () => clearTimeout(timer),
    },
    { highWaterMark: 0 },
  )
}

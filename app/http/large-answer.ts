import type { Context } from 'hono'
import { release } from '../../lib/release.ts'
import type { Env } from './env.ts'
import type { Turn } from './sending.ts'

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
  const stream = streamOf(pieces, { stalledMs, turn: c.get('turn'), cut: () => c.env?.cut?.() })
  // It ends with the stream.
  c.set('turn', undefined)
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

type Sent = { stalledMs: number; turn: Turn | undefined; cut(): void }

function streamOf(pieces: readonly Bytes[], { stalledMs, turn, cut }: Sent): ReadableStream<Uint8Array> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const left = [...pieces]
  let at = 0
  /** The next bit, a copy: each piece is given back once it was passed on. */
  const next = () => {
    // A Buffer's own slice would be no copy.
    const bit = left[0] && new Uint8Array(left[0].subarray(at, at + PIECE))
    at += PIECE
    if (at >= (left[0]?.byteLength ?? 0)) {
      giveBack(left.splice(0, 1), left)
      at = 0
    }
    return bit
  }
  const over = () => {
    clearTimeout(timer)
    giveBack(left.splice(0))
    turn?.end()
  }
  const start = (controller: ReadableStreamDefaultController) => {
    const fail = (message: string) => {
      over()
      controller.error(new Error(message))
      cut()
    }
    turn?.onCut(() => fail('The reader takes longer than others can wait.'))
    return () => {
      clearTimeout(timer)
      timer = setTimeout(() => fail('The reader takes nothing.'), stalledMs)
    }
  }
  let wait = () => {}
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        wait = start(controller)
        wait()
      },
      pull(controller) {
        const bit = next()
        if (bit) controller.enqueue(bit)
        if (left.length > 0) return wait()
        over()
        controller.close()
      },
      cancel: over,
    },
    { highWaterMark: 0 },
  )
}

/** Gives back the memory of large pieces, but of those that come again. */
function giveBack(pieces: Bytes[], left: readonly Bytes[] = []): void {
  for (const piece of pieces) if (piece.byteLength > MIB && !left.includes(piece)) release(piece)
}

import type { Context } from 'hono'
import type { Env } from './env.ts'

const MIB = 1024 * 1024
const PIECE = 64 * 1024

/**
 * The body of an answer. A large one goes out piece by piece, so that the connection holds little of it at a time.
 * @param stalledMs cuts a reader that takes nothing for so long
 */
export function answerBody(
  c: Context<Env>,
  bytes: Uint8Array<ArrayBuffer>,
  stalledMs: number,
): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> {
  if (bytes.byteLength <= MIB || c.req.method === 'HEAD') return bytes
  let timer: ReturnType<typeof setTimeout> | undefined
  let at = 0
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        clearTimeout(timer)
        controller.enqueue(bytes.subarray(at, at + PIECE))
        at += PIECE
        if (at >= bytes.byteLength) return controller.close()
        timer = setTimeout(() => {
          controller.error(new Error('The reader takes nothing.'))
          c.env?.cut?.()
        }, stalledMs)
      },
      cancel: () => clearTimeout(timer),
    },
    { highWaterMark: 0 },
  )
}

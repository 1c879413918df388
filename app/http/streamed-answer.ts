import type { Context } from 'hono'
import type { Env } from './env.ts'
import type { Bytes } from './large-answer.ts'

type Options = {
  headers: Record<string, string>
  /** Cuts off a reader that takes nothing for this long. */
  stalledMs: number
  /** Called once when nothing more is sent, with what went wrong. */
  ended(error: unknown): void
}

/**
 * Answers with pieces as they are made: the next one is made when the last was taken. An error after the
 * first bytes breaks the connection, so that the reader does not take a part for the whole.
 */
export function answerStream(
  c: Context<Env>,
  pieces: AsyncGenerator<Bytes>,
  { headers, stalledMs, ended }: Options,
): Response {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  const over = (error?: unknown) => {
    clearTimeout(timer)
    if (isOver) return
    isOver = true
    ended(error)
    void pieces.return(undefined).catch(() => {})
  }
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        wait(controller)
      },
      async pull(controller) {
        clearTimeout(timer)
        try {
          const { done, value } = await pieces.next()
          if (isOver) return
          if (done) {
            over()
            return controller.close()
          }
          controller.enqueue(value)
          wait(controller)
        } catch (error) {
          fail(controller, error)
        }
      },
      cancel: () => over(),
    },
    { highWaterMark: 0 },
  )
  function wait(controller: ReadableStreamDefaultController) {
    timer = setTimeout(() => fail(controller, new Error('The reader takes nothing.')), stalledMs)
  }
  function fail(controller: ReadableStreamDefaultController, error: unknown) {
    if (isOver) return
    over(error)
    controller.error(error)
    c.env?.cut?.()
  }
  return c.body(stream, 200, headers)
}

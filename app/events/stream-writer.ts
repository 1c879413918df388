import type { SSEStreamingApi } from 'hono/streaming'

/** Writes an event stream. */
export type StreamWriter = {
  /** False once the reader is gone or given up; a promise if the reader has to catch up first. */
  write(text: string): boolean | Promise<boolean>
  readonly gone: boolean
  /** Calls `listener` when the reader disconnects. */
  onGone(listener: () => void): void
  /** Writes nothing more, and stops waiting for a slow reader. */
  giveUp(): void
}

/** Answers with an event stream under these headers; the handler returns `response`. */
export type OpenStream = (headers: Record<string, string>) => {
  sink: StreamWriter
  end(): void
  response: Response
}

/** A sink's one pending write, and the listeners for the reader's disconnect. */
export class PendingWrite {
  gone = false
  /** True once nothing more may be written. */
  over = false
  #settle: ((written: boolean) => void) | undefined
  #listeners: (() => void)[] = []

  /** Starts to wait for a write. */
  begin(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  end(written: boolean): void {
    this.#settle?.(written)
    this.#settle = undefined
  }

  giveUp(): void {
    this.over = true
    this.end(false)
  }

  leave(): void {
    if (this.gone) return
    this.gone = true
    this.giveUp()
    for (const listener of this.#listeners) listener()
  }

  onGone(listener: () => void): void {
    this.#listeners.push(listener)
  }
}

/** A sink over Hono's stream. On a disconnect, runtimes cancel the body, abort the request, or both. */
export function streamWriterOf(sse: SSEStreamingApi, request: AbortSignal): StreamWriter {
  const waiting = new PendingWrite()
  const leave = () => waiting.leave()
  sse.onAbort(leave)
  request.addEventListener('abort', leave, { once: true })
  if (request.aborted || sse.aborted) leave()
  return {
    write(text) {
      if (waiting.over) return false
      const written = waiting.begin()
      sse.write(text).then(
        () => waiting.end(true),
        () => waiting.end(false),
      )
      return written
    },
    get gone() {
      return waiting.gone
    },
    onGone: (listener) => waiting.onGone(listener),
    giveUp: () => waiting.giveUp(),
  }
}

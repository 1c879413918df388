import type { SSEStreamingApi } from 'hono/streaming'

/** Where an event stream is written, piece by piece. */
export type StreamWriter = {
  /** False when the reader is gone or was given up; true, or a promise of it, once it takes more. */
  write(text: string): boolean | Promise<boolean>
  readonly gone: boolean
  /** Tells when the reader goes away. */
  onGone(listener: () => void): void
  /** Writes nothing more, and waits no longer for a reader that takes nothing. */
  giveUp(): void
}

/** Answers with a stream of events under these headers; `response` is what the handler returns. */
export type OpenStream = (headers: Record<string, string>) => {
  sink: StreamWriter
  end(): void
  response: Response
}

/** A sink's one write that may be waiting, and who is to know that nobody reads any more. */
export class PendingWrite {
  gone = false
  /** Nothing more is written. */
  over = false
  #settle: ((written: boolean) => void) | undefined
  #listeners: (() => void)[] = []

  /** The write waits from now on. */
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

/** The sink of Hono's stream. Some runtimes cancel the body of a reader that goes, some abort the request, some both. */
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

import type { Log } from './log.ts'

/** Work that outlasts its request and ends with the server. */
export type Background = {
  /** Aborts when the server stops. */
  signal: AbortSignal
  /** Runs `work` without waiting for it; logs its error. */
  run(name: string, work: () => Promise<void>): void
  stop(): void
}

export function createBackground(log: Log): Background {
  const abort = new AbortController()
  return {
    signal: abort.signal,
    run(name, work) {
      work().catch((error: unknown) => {
        if (!abort.signal.aborted) log.error({ error: String(error) }, `${name} failed`)
      })
    },
    stop: () => abort.abort(),
  }
}

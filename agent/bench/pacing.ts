import { pause } from '../../lib/pause.ts'

const runtime = globalThis as { setImmediate?: (run: () => void) => unknown }

/** Lets waiting I/O happen; much shorter than a timer where the runtime has `setImmediate`. */
export function yieldToIo(): Promise<void> {
  return new Promise((resolve) => {
    if (runtime.setImmediate) runtime.setImmediate(resolve)
    else setTimeout(resolve, 0)
  })
}

/**
 * Waits for an absolute time of `performance.now()`; a passed one returns without waiting, so that a late
 * timer never delays what comes after it. Timers of most runtimes are good to about 1 ms, early or late:
 * `precise` spins over the event loop for the last of it.
 */
export async function sleepUntil(deadline: number, signal?: AbortSignal, precise = false): Promise<void> {
  for (;;) {
    const left = deadline - performance.now()
    if (left <= 0 || signal?.aborted) return
    if (!precise) await pause(Math.max(left, 1), signal)
    else if (left > 2) await pause(left - 2, signal)
    else await yieldToIo()
  }
}

const runtime = globalThis as { setImmediate?: (run: () => void) => unknown }

/** Lets pending I/O run; much shorter than a timer when the runtime has `setImmediate`. */
export function yieldToIo(): Promise<void> {
  return new Promise((resolve) => {
    if (runtime.setImmediate) runtime.setImmediate(resolve)
    else setTimeout(resolve, 0)
  })
}

/** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })
}

/**
 * Waits until an absolute time of `performance.now()`; returns at once when it has passed, so that delays do not add
 * up. Timers are accurate to about 1 ms: `precise` polls the event loop for the last 2 ms.
 */
export async function sleepUntil(deadline: number, signal?: AbortSignal, precise = false): Promise<void> {
  for (;;) {
    const left = deadline - performance.now()
    if (left <= 0 || signal?.aborted) return
    if (!precise) await sleep(Math.max(left, 1), signal)
    else if (left > 2) await sleep(left - 2, signal)
    else await yieldToIo()
  }
}

import { pause } from '../../lib/pause.ts'
import { soon } from '../../lib/soon.ts'

/** Lets pending I/O run; much shorter than a timer when the runtime has `setImmediate`. */
export const yieldToIo = (): Promise<void> => new Promise(soon)

/**
 * Waits until an absolute time of `performance.now()`; returns at once when it has passed, so that delays do not add
 * up. Timers are accurate to about 1 ms: `precise` polls the event loop for the last 2 ms.
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

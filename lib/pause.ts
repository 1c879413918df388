/**
 * Waits until `start` calls back or one of the signals aborts; removes its listeners afterwards. `start` returns a
 * function that cancels it. Never rejects. @returns false when a signal aborted
 */
export function until(
  start: (done: () => void) => () => void,
  ...signals: (AbortSignal | undefined)[]
): Promise<boolean> {
  if (signals.some((signal) => signal?.aborted)) return Promise.resolve(false)
  return new Promise((resolve) => {
    const end = (whole: boolean) => {
      for (const signal of signals) signal?.removeEventListener('abort', aborted)
      resolve(whole)
    }
    const aborted = () => {
      cancel()
      end(false)
    }
    const cancel = start(() => end(true))
    for (const signal of signals) signal?.addEventListener('abort', aborted)
  })
}

/** Waits `ms` milliseconds, or until one of the signals aborts. Never rejects. @returns false when a signal aborted */
export const pause = (ms: number, ...signals: (AbortSignal | undefined)[]): Promise<boolean> =>
  until(
    (done) => {
      const timer = setTimeout(done, ms)
      return () => clearTimeout(timer)
    },
    ...signals,
  )

/** Waits until `start` calls back, or at once when a signal aborts, and leaves nothing on it. @returns whether it was not cut short */
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

/** Waits `ms` milliseconds, or until one of the signals aborts. Never rejects. @returns whether the time is over */
export const pause = (ms: number, ...signals: (AbortSignal | undefined)[]): Promise<boolean> =>
  until(
    (done) => {
      const timer = setTimeout(done, ms)
      return () => clearTimeout(timer)
    },
    ...signals,
  )

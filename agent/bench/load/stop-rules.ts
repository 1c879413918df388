import type { RequestRecord } from '../request/record.ts'

export interface StopRules {
  /** Requests to send. */
  requests?: number | undefined
  /** Seconds of sending; requests in flight are still awaited. */
  seconds?: number | undefined
  /** Share of failed requests (0..1) above which the run ends, once 10 have ended. */
  max_error_rate?: number | undefined
}

export type StopReason = 'requests' | 'seconds' | 'error_rate' | 'aborted' | 'schedule'

const MIN_FOR_ERROR_RATE = 10

/** Applies stop rules to a load. `signal` aborts as soon as one applies. */
export function createStop(rules: StopRules, outer?: AbortSignal) {
  const started = performance.now()
  const inner = new AbortController()
  let sent = 0
  let finished = 0
  let failed = 0
  let reason: StopReason | null = null
  const stop = (why: StopReason) => {
    reason ??= why
    inner.abort()
  }
  const onAbort = () => stop('aborted')
  outer?.addEventListener('abort', onAbort)
  if (outer?.aborted) onAbort()
  const timer = rules.seconds === undefined ? null : setTimeout(() => stop('seconds'), rules.seconds * 1000)
  return {
    started,
    signal: inner.signal,
    reason: () => reason,
    /** The number of the next request; null when no more may be sent. */
    next: (): number | null => {
      if (reason) return null
      sent += 1
      if (sent === rules.requests) stop('requests')
      return sent - 1
    },
    note: (record: RequestRecord) => {
      finished += 1
      if (record.error) failed += 1
      const limit = rules.max_error_rate
      if (limit !== undefined && finished >= MIN_FOR_ERROR_RATE && failed / finished > limit)
        stop('error_rate')
    },
    dispose: () => {
      if (timer) clearTimeout(timer)
      outer?.removeEventListener('abort', onAbort)
    },
  }
}

export type Stop = ReturnType<typeof createStop>

import { pause } from '../lib/pause.ts'

const MAX_PAUSE_MS = 30_000

/** How long to wait before try number `n` (from 1), in ms: doubling, with half of it random. */
export const backOff = (n: number, retryAfterS = 0): number =>
  Math.max(retryAfterS * 1000, Math.min(MAX_PAUSE_MS, 250 * 2 ** n) * (0.5 + Math.random() / 2))

/** Runs a request that is given up after `ms`, or when `signal` aborts. Leaves nothing on the signal. */
export async function within<T>(
  ms: number,
  signal: AbortSignal,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const stop = () => over.abort(signal.reason)
  const timer = setTimeout(() => over.abort(new Error(`no answer within ${ms / 1000} s`)), ms)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    return await request(over.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

/** What a promise gives, or undefined when it takes longer than `ms`. */
export async function atMost<T>(
  ms: number,
  promise: Promise<T>,
  ...signals: AbortSignal[]
): Promise<T | undefined> {
  const over = new AbortController()
  try {
    return await Promise.race([promise, pause(ms, over.signal, ...signals).then(() => undefined)])
  } finally {
    over.abort()
  }
}

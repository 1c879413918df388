import { pause } from '../lib/pause.ts'

const MAX_PAUSE_MS = 30_000
/** The longest pause that a server may ask for. */
const MAX_ASKED_MS = 600_000

/** Delay before try `n` (from 1), ms: exponential, half of it random; as long as asked for, if that is longer. */
export const backOff = (n: number, retryAfterS = 0): number =>
  Math.max(
    Math.min(MAX_ASKED_MS, retryAfterS * 1000),
    Math.min(MAX_PAUSE_MS, 250 * 2 ** n) * (0.5 + Math.random() / 2),
  )

/** Runs a request with a timeout in ms. Removes its listener from `signal` afterwards. */
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

/** The promise's value, or undefined when it takes longer than `ms`. */
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

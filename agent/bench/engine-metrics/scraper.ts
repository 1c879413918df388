import { readBounded } from '../request/read-bounded.ts'
import type { Fetch } from '../request/transport-fetch.ts'
import { type EngineReading, readingOf } from './readings.ts'

/** Reads one engine's `/metrics`. */
export interface EngineScraper {
  /** Null when it could not be read this time. Never rejects. */
  read(signal?: AbortSignal): Promise<EngineReading | null>
  /** The engine has no known metrics, and is not asked again. */
  readonly unavailable: boolean
}

const TIMEOUT_MS = 2000
const MAX_BYTES = 4 * 1024 * 1024
/** An engine may have no metrics before its first request, or be too busy to answer. */
const MAX_MISSES = 3

/**
 * Creates the scraper for all windows of a run, so that an engine without metrics is only asked once.
 * @param root the engine's address without `/v1`
 * @example const scraper = engineScraper({ root: 'http://127.0.0.1:8000', apiKey: undefined })
 */
export function engineScraper({
  root,
  apiKey,
  headers,
  fetch,
  timeoutMs = TIMEOUT_MS,
}: {
  root: string
  apiKey?: string | undefined
  headers?: Readonly<Record<string, string>> | undefined
  fetch?: Fetch | undefined
  timeoutMs?: number
}): EngineScraper {
  let unavailable = false
  let misses = 0
  const miss = () => {
    misses += 1
    if (misses >= MAX_MISSES) unavailable = true
    return null
  }
  return {
    get unavailable() {
      return unavailable
    },
    async read(signal) {
      if (unavailable) return null
      const answer = await readBounded(`${root}/metrics`, {
        fetch,
        apiKey,
        headers,
        timeoutMs,
        maxBytes: MAX_BYTES,
        signal,
      })
      if (signal?.aborted) return null
      if (answer === null || answer.status === 429 || answer.status === 503) return miss()
      if (answer.status !== 200 || answer.text === null) {
        unavailable = true
        return null
      }
      const reading = readingOf(answer.text)
      if (reading === null) return miss()
      misses = Number.NEGATIVE_INFINITY
      return reading
    },
  }
}

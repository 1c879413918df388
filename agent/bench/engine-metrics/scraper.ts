import { readBounded } from '../request/read-bounded.ts'
import type { Fetch } from '../request/transport-fetch.ts'
import { type EngineReading, readingOf } from './readings.ts'

/** Reads one engine's `/metrics`, for as long as it has any. */
export interface EngineScraper {
  /** Null where nothing was told this time. Never rejects. */
  read(signal?: AbortSignal): Promise<EngineReading | null>
  /** The engine has no metrics, or none that are known: it is not asked again. */
  readonly gone: boolean
}

const TIMEOUT_MS = 2000
const MAX_BYTES = 4 * 1024 * 1024
/** An engine may have nothing to tell before its first request, or be too busy to answer once. */
const PATIENCE = 3

/**
 * The scraper of a run; one is made for all its windows, so that an engine without metrics is asked once.
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
  let gone = false
  let misses = 0
  const miss = () => {
    misses += 1
    if (misses >= PATIENCE) gone = true
    return null
  }
  return {
    get gone() {
      return gone
    },
    async read(signal) {
      if (gone) return null
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
        gone = true
        return null
      }
      const reading = readingOf(answer.text)
      if (reading === null) return miss()
      misses = Number.NEGATIVE_INFINITY
      return reading
    },
  }
}

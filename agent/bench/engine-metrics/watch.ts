import { pause } from '../../../lib/pause.ts'
import { mean } from '../../../lib/statistics.ts'
import type { EngineCounters, EngineReading, MetricsSource } from './readings.ts'
import type { EngineScraper } from './scraper.ts'

/** A gauge during a window. */
export interface Level {
  mean: number
  max: number
}

/** The engine's own metrics of a window. Null = not reported. */
export interface EngineMetrics {
  source: MetricsSource
  /** Readings during the window, from which the gauges are. */
  samples: number
  /** Between the readings before and after, s. */
  seconds: number
  running: Level | null
  waiting: Level | null
  /** Running requests before and after the window: those of other clients. */
  running_before: number | null
  running_after: number | null
  kv_cache_pct: Level | null
  /** Share of prompt tokens in the prefix cache. */
  prefix_cache_hit_pct: number | null
  /** Including cached ones, if the engine reports them. */
  prompt_tokens: number | null
  output_tokens: number | null
  /** Per second of the window, over all requests. */
  prompt_tps: number | null
  output_tps: number | null
  /** Time reported by the engine, summed over requests, s. */
  prompt_s: number | null
  output_s: number | null
  draft_tokens: number | null
  accepted_draft_tokens: number | null
  /** A counter fell: the engine was restarted, or several engines answer. Counted values are then null. */
  restarted: boolean
}

export interface EngineWatch {
  /** Ends the watch with a last reading. Never rejects. */
  stop(): Promise<EngineMetrics | null>
}

const INTERVAL_MS = 1000
/** Early, for windows of less than a second. */
const FIRST_MS = 250
/** An engine may count a request shortly after its last token was read. */
const SETTLE = { times: 3, ms: 200 }

/**
 * Reads an engine's metrics before, during (once a second, one request at a time) and after a window.
 * Resolves after the first reading, so that the load begins after it.
 * @example const watch = await watchEngine(scraper); await load(); const engine_metrics = await watch.stop()
 */
export async function watchEngine(scraper: EngineScraper): Promise<EngineWatch> {
  const before = await scraper.read()
  const from = performance.now()
  const during: EngineReading[] = []
  const over = new AbortController()
  const watching = (async () => {
    for (let due = from + FIRST_MS; !over.signal.aborted && !scraper.unavailable; ) {
      await pause(Math.max(0, due - performance.now()), over.signal)
      if (over.signal.aborted) return
      const reading = await scraper.read(over.signal)
      if (reading) during.push(reading)
      do due += INTERVAL_MS
      while (due < performance.now())
    }
  })()
  return {
    async stop() {
      const seconds = (performance.now() - from) / 1000
      over.abort()
      await watching
      return summarize(before, during, await lastReading(scraper), seconds)
    },
  }
}

async function lastReading(scraper: EngineScraper): Promise<EngineReading | null> {
  let last = await scraper.read()
  for (let i = 1; i < SETTLE.times && last !== null && (last.running ?? 0) > 0; i++) {
    await pause(SETTLE.ms)
    last = (await scraper.read()) ?? last
  }
  return last
}

function summarize(
  before: EngineReading | null,
  during: readonly EngineReading[],
  after: EngineReading | null,
  seconds: number,
): EngineMetrics | null {
  const readings = [before, ...during, after].filter((one) => one !== null)
  const source = readings.at(-1)?.source
  if (source === undefined) return null
  const restarted = fell(readings.map((one) => one.counters))
  const grown = (name: keyof EngineCounters): number | null => {
    const to = after?.counters[name] ?? null
    if (before === null || to === null || restarted) return null
    // A counter may be missing before its first count.
    return to - (before.counters[name] ?? 0)
  }
  const per = (amount: number | null) => (amount === null || seconds <= 0 ? null : amount / seconds)
  const queries = grown('cache_queries')
  const hits = grown('cache_hits')
  const output_tokens = grown('output_tokens')
  const prompt_tokens = grown('prompt_tokens')
  return {
    source,
    samples: during.length,
    seconds,
    running: levelOf(during.map((one) => one.running)),
    waiting: levelOf(during.map((one) => one.waiting)),
    running_before: before?.running ?? null,
    running_after: after?.running ?? null,
    kv_cache_pct: levelOf(during.map((one) => one.kv_cache_pct)),
    prefix_cache_hit_pct: hits === null || !queries ? null : Math.min(100, (hits / queries) * 100),
    prompt_tokens,
    output_tokens,
    prompt_tps: per(prompt_tokens),
    output_tps: per(output_tokens) ?? levelOf(during.map((one) => one.output_tps))?.mean ?? null,
    prompt_s: grown('prompt_s'),
    output_s: grown('output_s'),
    draft_tokens: grown('draft_tokens'),
    accepted_draft_tokens: grown('accepted_draft_tokens'),
    restarted,
  }
}

function levelOf(values: (number | null)[]): Level | null {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return null
  return { mean: mean(known), max: Math.max(...known) }
}

/** Whether any counter ever fell, or the start time changed. */
function fell(all: readonly EngineCounters[]): boolean {
  const highest = new Map<string, number>()
  for (const counters of all) {
    for (const [name, value] of Object.entries(counters) as [string, number | null][]) {
      if (value === null) continue
      const before = highest.get(name)
      if (before !== undefined && (value < before || (name === 'started' && value > before))) return true
      highest.set(name, value)
    }
  }
  return false
}

import { pause } from '../../../lib/pause.ts'
import { mean } from '../../../lib/statistics.ts'
import type { EngineCounters, EngineReading, MetricsSource } from './readings.ts'
import type { EngineScraper } from './scraper.ts'

/** A gauge during a window. */
export interface Level {
  mean: number
  max: number
}

/** What the engine itself says of a window. Null = it did not tell. */
export interface EngineMetrics {
  source: MetricsSource
  /** Looks at it during the window; the gauges are of these. */
  samples: number
  /** Between the looks before and after, s. */
  seconds: number
  running: Level | null
  waiting: Level | null
  /** Requests it worked on before the window began and after it had ended: those of others. */
  running_before: number | null
  running_after: number | null
  kv_cache_pct: Level | null
  /** Share of the prompt tokens that the prefix cache had. */
  prefix_cache_hit_pct: number | null
  /** With the cached ones, where the engine tells them. */
  prompt_tokens: number | null
  output_tokens: number | null
  /** Per second of the window, of all requests together. */
  prompt_tps: number | null
  output_tps: number | null
  /** Time the engine says it spent, added up over its requests, s. */
  prompt_s: number | null
  output_s: number | null
  draft_tokens: number | null
  accepted_draft_tokens: number | null
  /** Its counters fell: it was restarted, or is several engines; nothing can be said of what was counted. */
  restarted: boolean
}

export interface EngineWatch {
  /** Ends the watch with a last look. Never rejects. */
  stop(): Promise<EngineMetrics | null>
}

const INTERVAL_MS = 1000
/** So that a window of less than a second is looked at too. */
const FIRST_MS = 250
/** An engine may count a request a moment after its last token was read. */
const SETTLE = { times: 3, ms: 200 }

/**
 * Looks at an engine before, during (once a second, one question at a time) and after a window.
 * Resolves when the look before is done, so that the load begins after it.
 * @example const watch = await watchEngine(scraper); await load(); const engine_metrics = await watch.stop()
 */
export async function watchEngine(scraper: EngineScraper): Promise<EngineWatch> {
  const before = await scraper.read()
  const from = performance.now()
  const during: EngineReading[] = []
  const over = new AbortController()
  const watching = (async () => {
    for (let due = from + FIRST_MS; !over.signal.aborted && !scraper.gone; ) {
      await pause(Math.max(0, due - performance.now()), over.signal).catch(() => {})
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
      return summarize(before, during, await lastLook(scraper), seconds)
    },
  }
}

async function lastLook(scraper: EngineScraper): Promise<EngineReading | null> {
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
    // What was not counted yet is not told yet.
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
  const told = values.filter((value) => value !== null)
  if (told.length === 0) return null
  return { mean: mean(told), max: Math.max(...told) }
}

/** Whether any counter was ever less than before, or the process another one. */
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

import { own } from '../../../../lib/own.ts'
import type { ResultView } from '../../lib/result.ts'

const STATS = ['min', 'p50', 'avg', 'p90', 'p95', 'p99', 'max', 'stddev', 'count'] as const
export type Stat = (typeof STATS)[number]
export type Distribution = { name: string; benchmark: string; stats: Partial<Record<Stat, number>> }

/** The metrics of a result with a median or mean and a p95 or maximum. */
export function distributionsOf(result: ResultView): Distribution[] {
  const found = new Map<string, Distribution>()
  for (const { name, benchmark, value } of result.measures) {
    const cut = name.lastIndexOf('.')
    const stat = name.slice(cut + 1).replace('std_dev', 'stddev') as Stat
    if (cut < 0 || !STATS.includes(stat)) continue
    const key = `${benchmark}\n${name.slice(0, cut)}`
    const known = found.get(key) ?? { name: name.slice(0, cut), benchmark, stats: {} }
    known.stats[stat] = value
    found.set(key, known)
  }
  const isKnown = (name: string, benchmark: string) => found.has(`${benchmark}\n${name}`)
  return [...found.values()].filter(
    ({ name, benchmark, stats }) =>
      (stats.p50 ?? stats.avg) !== undefined &&
      (stats.p95 ?? stats.max) !== undefined &&
      // The same under its old name.
      !(name === 'total_latency_ms' && isKnown('e2e_latency_ms', benchmark)),
  )
}

const NAMES: Record<string, string> = {
  ttft_ms: 'Time to first token',
  tpot_ms: 'Time per output token',
  itl_ms: 'Inter-token latency',
  e2e_latency_ms: 'Request latency',
  total_latency_ms: 'Request latency',
  tps_per_user: 'Tokens per second and user',
  client_queue_ms: 'Wait in the client',
  engine_tpot_ms: 'Time per output token, by the engine',
  'client.connect_ms': 'Opening a connection',
}

/** The label of a distribution. */
export const distributionName = (name: string): string => own(NAMES, name) ?? name

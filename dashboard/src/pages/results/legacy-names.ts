import type { Measure } from '../../lib/result.ts'

/** Names of KITT 1 that documents still have beside the current ones. */
const OLD = new Set([
  'avg_tps',
  'min_tps',
  'max_tps',
  'total_iterations',
  'total_tokens_generated',
  'total_time_seconds',
  'avg_latency_ms',
  'p50_latency_ms',
  'p99_latency_ms',
])

/** Parts metrics into those to show and the old names of numbers that are there under the current one. */
export function partLegacy(measures: readonly Measure[]): { current: Measure[]; legacy: Measure[] } {
  const today = new Set(measures.filter(({ name }) => name === 'requests').map(({ benchmark }) => benchmark))
  const isLegacy = ({ name, benchmark }: Measure) =>
    today.has(benchmark) && (OLD.has(name) || name.startsWith('total_latency_ms.'))
  return {
    current: measures.filter((one) => !isLegacy(one)),
    legacy: measures.filter(isLegacy),
  }
}

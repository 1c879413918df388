import { percentile } from '../../lib/statistics.ts'
import type { SetupMetric } from './schema.ts'

/** Values of a metric with their times, newest first. */
type Latest = [value: number, at: number][]

/** What lists show of each metric, the first that is there of these where none is primary. */
const PRIMARY = ['output_tps', 'total_tps', 'request_rate_rps', 'tpot_ms.p50', 'itl_ms.p50', 'ttft_ms.p50']
const OPEN_LOOP = ['goodput_rps', 'e2e_latency_ms.p50', 'tpot_ms.p50', 'itl_ms.p50', 'ttft_ms.p50']
const OTHERS = ['avg_tps', 'ttft_ms.avg', 'tpot_ms.avg', 'gpu.memory_peak_gb']

/** A reference is at most this old, ms. */
const REFERENCE_MS = 90 * 86_400_000

/**
 * The last value of each metric worth a place in a list, and the median of those before it.
 * @param load of the setup's key
 */
export function summaryOf(
  latest: Record<string, Latest>,
  load: { rate?: number | null },
): Record<string, SetupMetric> {
  const wanted = typeof load.rate === 'number' ? OPEN_LOOP : PRIMARY
  const there = wanted.filter((name) => (latest[name]?.length ?? 0) > 0)
  const others = [...OTHERS, ...Object.keys(latest)].filter((name) => (latest[name]?.length ?? 0) > 0)
  const names = there.length > 0 ? there : [...new Set(others)].slice(0, 3)
  return Object.fromEntries(names.map((name) => [name, metricOf(latest[name] as Latest)]))
}

function metricOf(values: Latest): SetupMetric {
  const [[last, at] = [0, 0], ...before] = values
  const reference = before.filter(([, time]) => time >= at - REFERENCE_MS).map(([value]) => value)
  const middle =
    reference.length > 0
      ? percentile(
          reference.toSorted((a, b) => a - b),
          50,
        )
      : null
  return {
    last,
    reference: middle,
    delta_pct: middle === null || middle === 0 ? null : (last / middle - 1) * 100,
    noticeable_pct: null,
  }
}

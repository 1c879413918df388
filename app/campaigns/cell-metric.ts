import { sql } from 'drizzle-orm'
import { literals } from '../../db/schema/columns.ts'
import { metrics } from '../../db/schema.ts'
import { own } from '../../lib/own.ts'
import { mean } from '../../lib/statistics.ts'
import { metricInfo } from '../results/metric-units.ts'
import type { CellMetric } from './schema.ts'

/** What each benchmark is for, the best name first: those after it are of older agents. */
const MAIN: Record<string, readonly string[]> = {
  throughput: ['output_tps', 'avg_tps'],
  load: ['output_tps', 'max_output_tps', 'request_rate_rps'],
  latency: ['ttft_ms.p50', 'ttft_ms.avg', 'e2e_latency_ms.p50'],
  memory_usage: ['gpu_memory_peak_gb'],
  warmup_analysis: ['warmup_penalty_ms', 'first_ttft_ms'],
}
/** For other benchmarks, and results that do not name theirs. */
const ANY = [
  'output_tps',
  'avg_tps',
  'max_output_tps',
  'request_rate_rps',
  'ttft_ms.p50',
  'e2e_latency_ms.p50',
]

/** The metrics that a cell may show, as a condition. */
export const IS_CELL_METRIC = sql`${metrics.name} in ${sql.raw(literals([...new Set([...Object.values(MAIN).flat(), ...ANY])]))}`

type Row = Pick<typeof metrics.$inferSelect, 'benchmark' | 'name' | 'value' | 'headline'>

/** Rows by the result or cell they are of. */
export function byOwner<K, R>(rows: readonly R[], ownerOf: (row: R) => K): Map<K, R[]> {
  const found = new Map<K, R[]>()
  for (const row of rows) {
    const own = found.get(ownerOf(row))
    if (own) own.push(row)
    else found.set(ownerOf(row), [row])
  }
  return found
}

/** The metric that a cell measured: the main one of its benchmark, as the mean over its repeats. */
export function metricOfCell(benchmark: string, rows: readonly Row[]): CellMetric | null {
  const of = (names: readonly string[], those: readonly Row[]) => {
    for (const name of names) {
      const found = those.filter((row) => row.name === name)
      const [first] = found
      if (!first) continue
      const value = mean(found.map((row) => row.value))
      return { name, benchmark: first.benchmark, value, unit: metricInfo(name).unit ?? '' }
    }
    return null
  }
  const names = own(MAIN, benchmark)
  const measured = names
    ? of(
        names,
        rows.filter((row) => row.benchmark === benchmark),
      )
    : null
  return (
    measured ??
    of(
      names ? [...names, ...ANY] : ANY,
      rows.filter(({ headline }) => headline),
    )
  )
}

const WORDS: Record<string, string> = {
  'ttft_ms.p50': ' to the first token',
  'ttft_ms.avg': ' to the first token',
  'e2e_latency_ms.p50': ' a request',
  warmup_penalty_ms: ' of warm-up',
  first_ttft_ms: ' to the first token',
}

/** As in a campaign's log: `91.5 tok/s`, `31 ms to the first token`. */
export const metricWords = ({ name, value, unit }: CellMetric): string =>
  `${Number(value.toPrecision(4))} ${unit === 'req/s' ? 'requests/s' : unit}${own(WORDS, name) ?? ''}`

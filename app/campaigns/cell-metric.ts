import { sql } from 'drizzle-orm'
import { literals } from '../../db/schema/columns.ts'
import { metrics } from '../../db/schema.ts'
import { ANY_MAIN_METRIC, MAIN_METRICS } from '../../lib/main-metric.ts'
import { own } from '../../lib/own.ts'
import { mean } from '../../lib/statistics.ts'
import { metricInfo } from '../results/metric-units.ts'
import type { CellMetric } from './schema.ts'

/** The metrics that a cell may show, as a condition. */
export const IS_CELL_METRIC = sql`${metrics.name} in ${sql.raw(literals([...new Set([...Object.values(MAIN_METRICS).flat(), ...ANY_MAIN_METRIC])]))}`

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
  const names = own(MAIN_METRICS, benchmark)
  const measured = names
    ? of(
        names,
        rows.filter((row) => row.benchmark === benchmark),
      )
    : null
  return (
    measured ??
    of(
      names ? [...names, ...ANY_MAIN_METRIC] : ANY_MAIN_METRIC,
      rows.filter(({ headline }) => headline),
    )
  )
}

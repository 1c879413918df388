import { headlines, metricLeaves } from './metric-leaves.ts'
import type { ResultDocument } from './schema.ts'
import type { MetricRow } from './store-sql.ts'

/** The rows of a result's metrics: every number, and one headline per metric for lists and comparisons. */
export function metricRows(document: ResultDocument): MetricRow[] {
  const leaves = metricLeaves(document)
  const values = headlines(leaves)
  const seen = new Set<string>()
  const rows = leaves.map(({ benchmark, run_number, name, value }): MetricRow => {
    const headline = value === values.get(name) && !seen.has(name)
    if (headline) seen.add(name)
    return { benchmark, run_number, name, value, headline }
  })
  for (const [name, value] of values)
    if (!seen.has(name)) rows.push({ benchmark: '', run_number: 0, name, value, headline: true })
  return rows
}

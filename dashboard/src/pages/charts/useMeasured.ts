import { useQuery } from '@tanstack/react-query'
import { resultPointsQuery, type StoredResult } from '../../api/results.ts'
import { type ResultView, readResult } from '../../lib/result.ts'
import { type ChartsSearch, filterOf, iso } from './charts-search.ts'

/** The results of the charts, and the total number of matching results. */
export type Measured = { results: ResultView[]; total: number }
export type MeasuredQuery = ReturnType<typeof useMeasured>

const read = ({ items, total }: { items: StoredResult[]; total: number }): Measured => ({
  results: items.map(readResult),
  total,
})

/** The newest results of a period; simulated ones only if requested. */
export function useMeasured(search: ChartsSearch, span: { from: number; to: number }) {
  const time = { since: iso(span.from), until: iso(span.to) }
  const filter = { ...filterOf(search), simulated: search.simulated ?? 'false', ...time }
  return useQuery({ ...resultPointsQuery(filter), select: read })
}

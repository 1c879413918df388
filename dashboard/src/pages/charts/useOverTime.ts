import { useQueries } from '@tanstack/react-query'
import { aggregateQuery } from '../../api/results.ts'
import { type ChartsSearch, filterOf, iso } from './charts-search.ts'
import { useGroupName } from './useGroupName.ts'

export type Point = { time: number; group: string; avg: number; min: number; max: number; count: number }
type Span = { from: number; to: number }

const BUCKETS = 30

/** The aggregates of a metric over equal parts of a span, by group. */
export function useOverTime(search: ChartsSearch, { from, to }: Span) {
  const { metric = 'output_tps', group = 'model' } = search
  const name = useGroupName(group)
  const step = (to - from) / BUCKETS
  const starts = Array.from({ length: BUCKETS }, (_, i) => from + i * step)
  const queries = useQueries({
    queries: starts.map((start) =>
      aggregateQuery({
        ...filterOf(search),
        group_by: group,
        metric,
        since: iso(start),
        until: iso(start + step),
      }),
    ),
  })
  const points = queries.flatMap(({ data }, i) =>
    (data?.items ?? []).flatMap((item): Point[] => {
      const found = item.metrics[metric]
      if (!found || found.avg === null) return []
      const { avg, min, max, count } = found
      const time = (starts[i] ?? 0) + step / 2
      return [{ time, group: name(item), avg, min: min ?? avg, max: max ?? avg, count }]
    }),
  )
  return {
    points,
    isPending: queries.some((query) => query.isPending),
    error: queries.find((query) => query.error)?.error ?? null,
    refetch: () => void Promise.all(queries.map((query) => query.refetch())),
    stepMs: step,
  }
}

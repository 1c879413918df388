import type { TimePoint } from '../../charts/setups.ts'
import { isFew } from '../../lib/few-samples.ts'
import { measure, type ResultView } from '../../lib/result.ts'
import { setupOf } from '../../lib/setup.ts'

type Choice = {
  metric: string
  groupOf(result: ResultView): string
  agentName(id: string | null): string
}

/** The results that have a metric, as points of their setups. */
export const pointsOf = (
  results: readonly ResultView[],
  { metric, groupOf, agentName }: Choice,
): TimePoint[] =>
  results.flatMap((result) => {
    const value = measure(result, metric)?.value
    if (value === undefined) return []
    const setup = setupOf(result, agentName(result.agentId))
    const few = isFew(result, metric)
    return [{ id: result.id, group: groupOf(result), setup, at: result.at, value, few }]
  })

import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Judgement, MetricVerdict, RunGroup as Told } from '../../../../app/setups/schema.ts'
import { judgeQuery } from '../../api/results.ts'
import { useAgentName } from '../../api/useAgentName.ts'
import type { ResultView } from '../../lib/result.ts'
import { namedGroups, type RunGroup } from './groups.ts'

export type Judged = { group: RunGroup; judgement: Judgement | undefined; error: Error | null }
export type Verdicts = {
  base: RunGroup | undefined
  others: Judged[]
  /** The verdict of a result's group against that of the first result. */
  of(metric: string, id: string): MetricVerdict | undefined
}

/** Judges each group of results against the group of the first. */
export function useVerdicts(results: ResultView[], groups: readonly Told[]): Verdicts {
  const agentName = useAgentName()
  const [base, ...rest] = useMemo(() => namedGroups(groups, results, agentName), [groups, results, agentName])
  const answers = useQueries({ queries: rest.map(({ ids }) => judgeQuery(base?.ids ?? [], ids)) })
  const others = rest.map((group, i) => ({
    group,
    judgement: answers[i]?.data,
    error: answers[i]?.error ?? null,
  }))
  return {
    base,
    others,
    of: (metric, id) =>
      others
        .find(({ group }) => group.ids.includes(id))
        ?.judgement?.metrics.find(({ name }) => name === metric),
  }
}

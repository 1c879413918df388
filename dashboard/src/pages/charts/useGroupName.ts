import { useCallback } from 'react'
import { useAgentName } from '../../api/useAgentName.ts'
import type { ResultView } from '../../lib/result.ts'
import type { Group } from './charts-search.ts'

type Item = Partial<Record<Group, string | null | undefined>>

/** The name of a result's group. */
export function useGroupOf(group: Group): (result: ResultView) => string {
  const name = useGroupName(group)
  return ({ model, engine, agentId, gpuModel, suite }) => {
    const values = { model, engine, agent_id: agentId, gpu_model: gpuModel, suite_name: suite }
    return name({ [group]: values[group] })
  }
}

/** The name of a group. */
function useGroupName(group: Group): (item: Item) => string {
  const agentName = useAgentName()
  return useCallback(
    (item) => {
      const value = item[group] ?? null
      if (group === 'agent_id') return value === null ? 'no agent' : agentName(value)
      return value || 'unknown'
    },
    [group, agentName],
  )
}

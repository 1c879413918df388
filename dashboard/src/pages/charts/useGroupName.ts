import { useCallback } from 'react'
import { useAgentName } from '../agents/useAgentName.ts'
import type { Group } from './charts-search.ts'

type Item = Partial<Record<Group, string | null | undefined>>

/** What a group of an aggregate is called. */
export function useGroupName(group: Group): (item: Item) => string {
  const agentName = useAgentName()
  return useCallback(
    (item) => {
      const value = item[group] ?? null
      if (group === 'agent_id') return value === null ? 'no agent' : agentName(value)
      return value || 'not told'
    },
    [group, agentName],
  )
}

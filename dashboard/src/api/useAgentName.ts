import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { agentsQuery } from './agents.ts'

/** The name of an agent by its id; for a deleted agent the start of its id. */
export function useAgentName(): (id: string | null) => string {
  const { data } = useQuery(agentsQuery())
  return useCallback(
    (id) => (id === null ? '–' : (data?.items.find((agent) => agent.id === id)?.name ?? id.slice(0, 8))),
    [data],
  )
}

/** The agents as options of a select field. */
export function useAgentChoices(): { value: string; label: string }[] {
  const { data } = useQuery(agentsQuery())
  return useMemo(() => data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [], [data])
}

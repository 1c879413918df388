import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { agentsQuery } from './agents.ts'

/** Gives the name of an agent by its id; of one that was deleted, the start of the id. */
export function useAgentName(): (id: string | null) => string {
  const { data } = useQuery(agentsQuery())
  return useCallback(
    (id) => (id === null ? '–' : (data?.items.find((agent) => agent.id === id)?.name ?? id.slice(0, 8))),
    [data],
  )
}

/** The agents, as choices of a field. */
export function useAgentChoices(): { value: string; label: string }[] {
  const { data } = useQuery(agentsQuery())
  return useMemo(() => data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [], [data])
}

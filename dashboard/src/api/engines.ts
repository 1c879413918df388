import { queryOptions } from '@tanstack/react-query'
import { kitt, queryOf, read } from './kitt.ts'
import { wholePage } from './whole-page.ts'

export type { EngineMode, EngineName, EngineSpec } from '../../../app/engines/registry.ts'
export type { EngineProfile } from '../../../app/engines/schema.ts'

const DAY_MS = 86_400_000

export const registryQuery = () =>
  queryOptions({
    queryKey: ['engines', 'registry'],
    queryFn: () => read(kitt().api.v1.engines.registry.$get()),
    staleTime: DAY_MS,
  })

export const engineStatusQuery = () =>
  queryOptions({
    queryKey: ['engines', 'status'],
    queryFn: () => read(kitt().api.v1.engines.status.$get()),
  })

export const profilesQuery = () =>
  queryOptions({
    queryKey: ['engines', 'profiles'],
    queryFn: () =>
      wholePage((skip) =>
        read(kitt().api.v1.engines.profiles.$get({ query: queryOf({ per_page: 100, skip }) })),
      ),
  })

/** The engines that each agent's host can run, by agent id. */
export const capabilitiesQuery = () =>
  queryOptions({
    queryKey: ['agents', 'capabilities'],
    queryFn: async () => {
      const answer = await read(kitt().api.v1.quicktest['agent-capabilities'].$get({ query: {} }))
      return answer as Exclude<typeof answer, { agent_id: string }>
    },
  })

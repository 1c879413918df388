import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { kitt, queryOf, read, type Search } from './kitt.ts'
import { wholePage } from './whole-page.ts'

export type { Agent, AgentSettings } from '../../../app/agents/schema.ts'

export type AgentSearch = Search<'status' | 'tag'>

export const agentsQuery = (search: AgentSearch = {}) =>
  queryOptions({
    queryKey: ['agents', 'list', search],
    queryFn: () =>
      wholePage((skip) =>
        read(kitt().api.v1.agents.$get({ query: queryOf({ per_page: 100, ...search, skip }) })),
      ),
    placeholderData: keepPreviousData,
  })

export const agentQuery = (id: string) =>
  queryOptions({
    queryKey: ['agents', 'one', id],
    queryFn: () => read(kitt().api.v1.agents[':id'].$get({ param: { id } })),
  })

export const agentSettingsQuery = (id: string) =>
  queryOptions({
    queryKey: ['agents', 'settings', id],
    queryFn: () => read(kitt().api.v1.agents[':id'].settings.$get({ param: { id } })),
  })

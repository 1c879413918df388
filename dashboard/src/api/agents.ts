import { queryOptions } from '@tanstack/react-query'
import type { Agent } from '../../../app/agents/schema.ts'
import { CONNECTED, isOneOf } from '../../../lib/states.ts'
import { kitt, read, type Search } from './kitt.ts'
import { listQuery, oneQuery } from './queries.ts'

export type { Agent, AgentSettings } from '../../../app/agents/schema.ts'

export type AgentSearch = Search<'status' | 'tag'>

export const agentsQuery = (search: AgentSearch = {}) =>
  listQuery('agents', { per_page: 100, ...search }, (args) => kitt().api.v1.agents.$get(args))

export const agentQuery = (id: string) =>
  oneQuery('agents', id, (args) => kitt().api.v1.agents[':id'].$get(args))

export const agentSettingsQuery = (id: string) =>
  queryOptions({
    queryKey: ['agents', 'settings', id],
    queryFn: () => read(kitt().api.v1.agents[':id'].settings.$get({ param: { id } })),
  })

/** The displayed state: a drained agent is shown as such unless it is offline. */
export const stateOf = (agent: { status: string; schedulable: boolean }): string =>
  !agent.schedulable && agent.status !== 'offline' ? 'drained' : agent.status

/** Whether an agent is connected; its last values are out of date otherwise. */
export const isConnected = ({ status }: Pick<Agent, 'status'>): boolean => isOneOf(CONNECTED, status)

/**
 * Query options that read again every 30 s, for load, memory, disk and engines: they come with heartbeats, which are no
 * events.
 */
export const everyHeartbeat = { refetchInterval: 30_000 }

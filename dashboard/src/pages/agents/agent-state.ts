import type { Agent } from '../../api/agents.ts'

/** The state to show: an agent that takes nothing new is draining, whatever else it does. */
export const stateOf = (agent: Pick<Agent, 'status' | 'schedulable'>): string =>
  !agent.schedulable && agent.status !== 'offline' ? 'drained' : agent.status

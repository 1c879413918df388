import { CONNECTED, isOneOf } from '../../../../lib/states.ts'
import type { Agent } from '../../api/agents.ts'

/** The state to show: an agent that takes nothing new is draining, whatever else it does. */
export const stateOf = (agent: Pick<Agent, 'status' | 'schedulable'>): string =>
  !agent.schedulable && agent.status !== 'offline' ? 'drained' : agent.status

/** Whether it is heard of; what it last told is out of date otherwise. */
export const isConnected = ({ status }: Pick<Agent, 'status'>): boolean => isOneOf(CONNECTED, status)

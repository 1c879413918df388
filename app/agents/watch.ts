import type { Deps } from '../deps.ts'
import { agentStatus } from './events.ts'

/** Calls `tell` with each agent id that any server creates, changes or deletes; returns a stop function. */
export const watchAgents =
  ({ bus }: Pick<Deps, 'bus'>) =>
  (tell: (id: string) => void): (() => void) =>
    bus.watch((events) => {
      for (const { type, source_id } of events) if (type === agentStatus.type && source_id) tell(source_id)
    })

import type { Deps } from '../deps.ts'
import { agentStatus } from './events.ts'

/** Tells the id of every agent that is made, changed or deleted, by whichever server; returns what ends that. */
export const watchAgents =
  ({ bus }: Pick<Deps, 'bus'>) =>
  (tell: (id: string) => void): (() => void) =>
    bus.watch((events) => {
      for (const { type, source_id } of events) if (type === agentStatus.type && source_id) tell(source_id)
    })

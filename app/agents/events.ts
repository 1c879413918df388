import { z } from 'zod'
import { defineEvent } from '../events/define.ts'
import { shownName } from '../shown-name.ts'
import { AgentStatus } from './schema.ts'

const defined = defineEvent('agent_status', {
  name: z.string(),
  status: AgentStatus,
  current_task: z.string().nullable(),
})

/** Source: the agent. Sent on every change of its state or current task. */
export const agentStatus: typeof defined = {
  ...defined,
  row: (data, about) => defined.row({ ...data, name: shownName(data.name) }, about),
}
/** Source: the agent. Two processes use its token, on these machines; one of them runs its tests. */
export const agentTwin = defineEvent('agent_twin', { name: z.string(), hosts: z.array(z.string()) })

/** Source: the agent. Work is waiting: it should send a heartbeat now. */
export const commandReady = defineEvent('command_ready', { agent_id: z.string() })

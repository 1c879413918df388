import { z } from 'zod'
import { defineEvent } from '../events/define.ts'
import { shownName } from '../shown-name.ts'
import { AgentStatus } from './schema.ts'

const defined = defineEvent('agent_status', {
  name: z.string(),
  status: AgentStatus,
  current_task: z.string().nullable(),
})

/** Source: the agent. On every change of its state or of what it works on. */
export const agentStatus: typeof defined = {
  ...defined,
  row: (data, about) => defined.row({ ...data, name: shownName(data.name) }, about),
}
/** Source: the agent. Two processes run with its token, on these machines; its tests go on with one of them. */
export const agentTwin = defineEvent('agent_twin', { name: z.string(), hosts: z.array(z.string()) })

/** Source: the agent. Something waits for it: heartbeat at once instead of at the next beat. */
export const commandReady = defineEvent('command_ready', { agent_id: z.string() })

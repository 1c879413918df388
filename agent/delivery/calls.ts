import type { AgentRegistration, Heartbeat } from '../../app/agents/schema.ts'
import { ApiError, type Client } from '../../app/client/client.ts'
import { atMost, within } from '../back-off.ts'
import { isForbidden } from './messages.ts'

const ANSWER_MS = 30_000

/** Registers an agent. @throws ApiError, or fetch's error when there is no answer */
export const register = ({ api }: Client, registration: AgentRegistration, signal: AbortSignal) =>
  within(ANSWER_MS, signal, async (stop) => {
    const json = { ...registration, capabilities: ['kitt.ack.v1'] }
    return (await api.v1.agents.register.$post({ json }, { init: { signal: stop } })).json()
  })

/** One heartbeat. @throws as `register` */
export const heartbeat = ({ api }: Client, id: string, json: Heartbeat, signal: AbortSignal) =>
  within(ANSWER_MS, signal, async (stop) =>
    (await api.v1.agents[':id'].heartbeat.$post({ param: { id }, json }, { init: { signal: stop } })).json(),
  )

const TELEMETRY_MS = 5000

/** Reads the host's telemetry; empty when its tools hang or fail: a heartbeat must not wait for them. */
export async function readTelemetry(
  telemetry: (() => Promise<Partial<Heartbeat>>) | undefined,
): Promise<Partial<Heartbeat>> {
  const read = telemetry?.().catch(() => undefined)
  return (read && (await atMost(TELEMETRY_MS, read))) ?? {}
}

/** Whether the server accepts the token. @throws when the server does not answer */
export async function tokenWorks({ api }: Client): Promise<boolean> {
  try {
    // This route checks the token before it looks up the agent.
    await api.v1.agents[':id'].settings.$get({ param: { id: 'none' } })
    return true
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500) throw error
    return !isForbidden(error)
  }
}

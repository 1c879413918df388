import type { AgentRegistration, Heartbeat } from '../../app/agents/schema.ts'
import { ApiError, type Client } from '../../app/client/client.ts'
import { atMost, within } from '../waiting.ts'
import { isForbidden } from './messages.ts'

const ANSWER_MS = 30_000

/** Introduces an agent to its server. @throws ApiError, or what fetch throws when there is no answer */
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

/** What the host tells of itself now; nothing when its tools hang or fail: a heartbeat must not wait for them. */
export async function readTelemetry(
  telemetry: (() => Promise<Partial<Heartbeat>>) | undefined,
): Promise<Partial<Heartbeat>> {
  const read = telemetry?.().catch(() => undefined)
  return (read && (await atMost(TELEMETRY_MS, read))) ?? {}
}

/** Whether the server takes the token, whoever's it is. @throws where the server does not answer */
export async function tokenWorks({ api }: Client): Promise<boolean> {
  try {
    // A route that asks for a token before it looks for anything.
    await api.v1.agents[':id'].settings.$get({ param: { id: 'none' } })
    return true
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500) throw error
    return !isForbidden(error)
  }
}

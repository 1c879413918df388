import { z } from 'zod'
import { ApiError, type Client } from '../../app/client/client.ts'
import { Progress } from '../../app/quicktests/schema.ts'

/** An agent's report about an attempt. Every kind is idempotent. */
export const Message = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('status'),
    wire_id: z.string(),
    status: z.enum(['running', 'failed']),
    error: z.string().exactOptional(),
    progress: Progress.exactOptional(),
  }),
  z.object({
    kind: z.literal('log'),
    wire_id: z.string(),
    lines: z.array(z.object({ seq: z.int().min(0), line: z.string() })).min(1),
  }),
  z.object({
    kind: z.literal('result'),
    agent_id: z.string(),
    command_id: z.string(),
    status: z.enum(['completed', 'failed']),
    error: z.string().exactOptional(),
    result_data: z.looseObject({}).exactOptional(),
  }),
])
export type Message = z.infer<typeof Message>

/** Sends one message. @throws ApiError, or fetch's error when there is no answer */
export async function send({ api }: Client, message: Message, signal: AbortSignal): Promise<void> {
  const init = { init: { signal } }
  if (message.kind === 'result') {
    const { kind, agent_id: id, ...report } = message
    await api.v1.agents[':id'].results.$post({ param: { id }, json: report as never }, init)
  } else if (message.kind === 'log') {
    const { wire_id: id, lines } = message
    await api.v1.quicktest[':id'].logs.$post({ param: { id }, json: { lines } }, init)
  } else {
    const { kind, wire_id: id, ...report } = message
    await api.v1.quicktest[':id'].status.$post({ param: { id }, json: report }, init)
  }
}

/** The token is refused (changed, or its agent was deleted), or this agent may not make this request. */
export const isForbidden = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.status === 401 || error.status === 403)

/** Whether a retry can never succeed. */
export const isFinal = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.status >= 400 &&
  error.status < 500 &&
  error.status !== 429 &&
  error.status !== 408 &&
  // Misdirected request: the server's host names can be configured.
  error.status !== 421

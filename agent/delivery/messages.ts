import { z } from 'zod'
import { ApiError, type Client } from '../../app/client/client.ts'
import { Progress } from '../../app/quicktests/schema.ts'

/** What an agent has to tell the server of an attempt; each is harmless when it arrives twice. */
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

/** Sends one message. @throws ApiError, or what fetch throws when there is no answer */
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

/** The server does not take the token: it was changed, or its agent deleted; or this one thing is not ours. */
export const isForbidden = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.status === 401 || error.status === 403)

/** Whether sending the same again can never succeed: the server took it apart and said no. */
export const isFinal = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.status >= 400 &&
  error.status < 500 &&
  error.status !== 429 &&
  error.status !== 408 &&
  // Meant for a server of another name: a matter of its configuration.
  error.status !== 421

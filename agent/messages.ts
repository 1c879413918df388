import { ApiError, type Client } from '../app/client.ts'

/** What an agent has to tell the server of an attempt; each is harmless when it arrives twice. */
export type Message =
  | { kind: 'status'; wire_id: string; status: 'running' | 'failed'; error?: string; progress?: Progress }
  | { kind: 'log'; wire_id: string; lines: { seq: number; line: string }[] }
  | {
      kind: 'result'
      agent_id: string
      command_id: string
      status: 'completed' | 'failed'
      error?: string
      result_data?: object
    }

export type Progress = { done: number; total: number; metrics: Record<string, unknown>; label?: string }

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

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

export type Progress = { done: number; total: number; metrics: Record<string, unknown> }

/** Delivers messages in order, each until the server has it or refuses it for good. */
export type Outbox = {
  push(message: Message): void
  /** Resolves when everything pushed so far is delivered. */
  flushed(): Promise<void>
  /** Stops trying; what is not delivered stays undelivered. */
  stop(): void
}

/** Sends one message. @throws ApiError, or what fetch throws when there is no answer */
export async function send({ api }: Client, message: Message): Promise<void> {
  if (message.kind === 'result') {
    const { kind, agent_id, ...report } = message
    await api.v1.agents[':id'].results.$post({ param: { id: agent_id }, json: report as never })
  } else if (message.kind === 'log') {
    await api.v1.quicktest[':id'].logs.$post({
      param: { id: message.wire_id },
      json: { lines: message.lines },
    })
  } else {
    const { kind, wire_id, ...report } = message
    await api.v1.quicktest[':id'].status.$post({ param: { id: wire_id }, json: report })
  }
}

/** Whether sending the same again can never succeed: the server took it apart and said no. */
export const isFinal = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.status >= 400 &&
  error.status < 500 &&
  error.status !== 429 &&
  error.status !== 408

const MAX_PAUSE_MS = 30_000

/** How long to wait before try number `n` (from 1): doubling, with half of it random. */
export const backOff = (n: number, retryAfterS = 0): number =>
  Math.max(retryAfterS * 1000, Math.min(MAX_PAUSE_MS, 250 * 2 ** n) * (0.5 + Math.random() / 2))

/** An outbox in memory: what a process that dies loses, the server notices and has run again. */
export function createOutbox(client: Client, onRefused: (message: Message, error: unknown) => void): Outbox {
  let tail = Promise.resolve()
  const abort = new AbortController()
  const deliver = async (message: Message) => {
    for (let n = 1; !abort.signal.aborted; n++) {
      try {
        return await send(client, message)
      } catch (error) {
        if (isFinal(error)) return onRefused(message, error)
        await pause(backOff(n, error instanceof ApiError ? error.retryAfterS : 0), abort.signal)
      }
    }
  }
  return {
    push(message) {
      tail = tail.then(() => deliver(message))
    },
    flushed: () => tail,
    stop: () => abort.abort(),
  }
}

/** Waits, or until the signal aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })

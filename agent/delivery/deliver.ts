import { ApiError, type Client } from '../../app/client/client.ts'
import { pause } from '../../lib/pause.ts'
import { backOff, within } from '../waiting.ts'
import { isFinal, isForbidden, type Message, send } from './messages.ts'

export type DeliverOptions = {
  client: Client
  /** Told of a message that the server refused for good. */
  onRefused(message: Message, error: unknown): void
  /** After a 403: whether the token is good, so that it was this message that was refused. */
  tokenWorks?(): Promise<boolean>
}

const ANSWER_MS = 30_000

/**
 * Tries until a message is delivered, or refused for good; false when `signal` aborts before.
 * @param kicked aborts when it is to be tried at once
 */
export async function deliver(
  options: DeliverOptions,
  message: Message,
  signal: AbortSignal,
  kicked: () => AbortSignal,
): Promise<boolean> {
  for (let n = 1; !signal.aborted; n++) {
    try {
      await within(ANSWER_MS, signal, (stop) => send(options.client, message, stop))
      return true
    } catch (error) {
      if (signal.aborted) return false
      if (isFinal(error) && !(await isHeld(options, error))) {
        options.onRefused(message, error)
        return true
      }
      await pause(backOff(n, error instanceof ApiError ? error.retryAfterS : 0), signal, kicked())
    }
  }
  return false
}

/** Whether a refusal is about the token: then nothing is given up, a new token may be given to the agent. */
async function isHeld({ tokenWorks }: DeliverOptions, error: unknown): Promise<boolean> {
  return isForbidden(error) && tokenWorks !== undefined && !(await tokenWorks().catch(() => false))
}

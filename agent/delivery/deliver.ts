import { ApiError, type Client } from '../../app/client/client.ts'
import { pause } from '../../lib/pause.ts'
import { backOff, within } from '../back-off.ts'
import { isFinal, isForbidden, type Message, send } from './messages.ts'

export type DeliverOptions = {
  client: Client
  /** Called for a message that the server refused for good. */
  onRefused(message: Message, error: unknown): void
  /** Asked after a 401 or 403: whether the token is valid, so that the message itself was refused. */
  tokenWorks?(): Promise<boolean>
}

const ANSWER_MS = 30_000
/** The slowest uplink that a large result still arrives over. */
const UPLINK_BYTES_PER_MS = (50 * 1024) / 1000

/** How long a message of so many bytes may take until its answer, ms. */
export const deliveryLimit = (bytes: number): number => ANSWER_MS + Math.ceil(bytes / UPLINK_BYTES_PER_MS)

/**
 * Retries until a message is delivered or refused for good; false when `signal` aborts first.
 * @param bytes of the message as JSON
 * @param kicked its signal aborts to retry at once
 */
export async function deliver(
  options: DeliverOptions,
  { message, bytes }: { message: Message; bytes: number },
  signal: AbortSignal,
  kicked: () => AbortSignal,
): Promise<boolean> {
  for (let n = 1; !signal.aborted; n++) {
    try {
      await within(deliveryLimit(bytes), signal, (stop) => send(options.client, message, stop))
      return true
    } catch (error) {
      if (signal.aborted) return false
      if (isFinal(error) && !(await isTokenRefused(options, error))) {
        options.onRefused(message, error)
        return true
      }
      await pause(backOff(n, error instanceof ApiError ? error.retryAfterS : 0), signal, kicked())
    }
  }
  return false
}

/** Whether the token was refused: then messages are kept until the agent gets a new one. */
async function isTokenRefused({ tokenWorks }: DeliverOptions, error: unknown): Promise<boolean> {
  return isForbidden(error) && tokenWorks !== undefined && !(await tokenWorks().catch(() => false))
}

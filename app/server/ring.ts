import type { Ring } from '../events/ring.ts'
import { newId } from '../ids.ts'
import type { Log } from '../log.ts'

/** Servers of other databases on the same Redis only look once more than they need to. */
const CHANNEL = 'kitt'
/** How often the others are told at most, in milliseconds. */
const TELL_MS = 10
const RETRY_MAX_MS = 5000
const PING_MS = 10_000

/**
 * A ring over a Redis or Valkey server. Connects in the background, again and again: without it, servers find what
 * is new a second later.
 * @throws an error with a one-sentence message for a URL that is none of Redis
 */
export async function connectRing(url: string, log: Log): Promise<Ring & { close(): void }> {
  // Loaded only by those who have a ring.
  const { createClient } = await import('@redis/client')
  const me = newId()
  let problem = false
  const publisher = createClient({
    url,
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    socket: { connectTimeout: 2000, reconnectStrategy: (n) => Math.min(100 * 2 ** n, RETRY_MAX_MS) },
  })
  const subscriber = publisher.duplicate()
  publisher.on('error', (error: Error) => {
    if (!problem)
      log.warn({ error: error.message }, 'the ring is away; events of other servers come a second later')
    problem = true
  })
  subscriber.on('error', () => {})
  publisher.on('ready', () => {
    if (problem) log.info({}, 'the ring is back')
    problem = false
  })
  publisher.connect().catch(() => {})
  subscriber.connect().catch(() => {})

  let told = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const publish = () => {
    timer = undefined
    told = performance.now()
    if (publisher.isReady) publisher.publish(CHANNEL, me).catch(() => {})
  }
  return {
    tell() {
      const wait = told + TELL_MS - performance.now()
      if (wait <= 0 && timer === undefined) publish()
      else timer ??= setTimeout(publish, wait)
    },
    listen(onRing) {
      const take = (from: string) => {
        if (from !== me) onRing()
      }
      // Subscribes again by itself after each new connection, and looks for what was told meanwhile.
      subscriber.on('ready', onRing)
      const subscribe = () => subscriber.subscribe(CHANNEL, take).catch(() => {})
      if (subscriber.isReady) void subscribe()
      else subscriber.once('ready', () => void subscribe())
    },
    close() {
      clearTimeout(timer)
      for (const client of [publisher, subscriber]) client.destroy()
    },
  }
}

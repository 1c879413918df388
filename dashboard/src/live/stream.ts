import type { QueryClient } from '@tanstack/react-query'
import type { StreamEvent } from '../../../app/client/client.ts'
import { pause } from '../../../lib/pause.ts'
import { accessQuery } from '../api/access.ts'
import { kitt } from '../api/kitt.ts'
import { getToken, onToken } from '../api/token.ts'
import { applyEvents } from './apply.ts'
import { setConnection } from './connection.ts'
import { refillLogs } from './log-store.ts'
import { createRefresher } from './refresh.ts'

/** Events are applied in batches at this interval, so that a burst of them renders once. */
const BATCH_MS = 100
/** Delay before early data is read again, so that the first page is not slowed down. */
const READ_AGAIN_MS = 1000

/** Updates the cache from the event stream until the page is closed. */
export function startLive(cache: QueryClient): void {
  let session = follow(cache)
  onToken(() => {
    session.abort()
    session = follow(cache)
    void cache.resetQueries()
  })
}

function follow(cache: QueryClient): AbortController {
  const abort = new AbortController()
  const refresh = createRefresher(cache)
  let batch: StreamEvent[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    timer = undefined
    applyEvents(cache, refresh, batch.splice(0))
  }
  const take = (event: StreamEvent) => {
    batch.push(event)
    timer ??= setTimeout(flush, BATCH_MS)
  }
  abort.signal.addEventListener('abort', () => {
    batch = []
    clearTimeout(timer)
    refresh.stop()
  })
  void listen(cache, abort.signal, take)
  return abort
}

async function listen(cache: QueryClient, signal: AbortSignal, take: (event: StreamEvent) => void) {
  let opened = false
  const onState = (state: 'open' | 'lost') => {
    setConnection(state)
    if (state === 'lost' || opened) return
    opened = true
    void readAgain(cache)
    void refillLogs()
  }
  setConnection('connecting')
  const access = getToken() ? undefined : await cache.fetchQuery(accessQuery()).catch(() => undefined)
  if (signal.aborted) return
  if (access === 'shut') return setConnection('refused')
  try {
    for await (const event of kitt().subscribe({ signal, onState })) take(event)
  } catch {
    if (signal.aborted) return
    setConnection('refused')
    // The token was revoked, or reads now need one: the page shows which.
    void cache.invalidateQueries({ queryKey: ['access'] })
  }
}

/** Reads again what was requested before the stream opened: it may be older than the first event. */
async function readAgain(cache: QueryClient) {
  const early = new Set(
    cache.getQueryCache().findAll({
      predicate: ({ queryKey, state }) => queryKey[0] !== 'access' || state.status === 'error',
    }),
  )
  await pause(READ_AGAIN_MS)
  await Promise.allSettled([...early].map((query) => query.promise))
  await cache.invalidateQueries({ predicate: (query) => early.has(query) })
}

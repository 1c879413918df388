import { isDeepStrictEqual } from 'node:util'
import { type QueryClient, type QueryKey, QueryObserver } from '@tanstack/react-query'
import { expect, onTestFinished, vi } from 'vitest'
import { createQueryClient } from '../../dashboard/src/api/query-client.ts'

type Shown = { queryKey: QueryKey; queryFn?: unknown }

/** What comes with heartbeats, which are no events, or is told as of now. */
const WITHOUT_EVENTS = new Set(['last_heartbeat', 'expected_start_at', 'expected_end_at'])
/** How long a page may take: events are collected, and what they concern is read once a second. */
const SOON = { timeout: 10_000, interval: 200 }

/** What the page reads; imported when there are the globals of a browser. */
const queriesOfPage = async () => ({
  ...(await import('../../dashboard/src/api/agents.ts')),
  ...(await import('../../dashboard/src/api/alerts.ts')),
  ...(await import('../../dashboard/src/api/audit.ts')),
  ...(await import('../../dashboard/src/api/campaigns.ts')),
  ...(await import('../../dashboard/src/api/engines.ts')),
  ...(await import('../../dashboard/src/api/models.ts')),
  ...(await import('../../dashboard/src/api/results.ts')),
  ...(await import('../../dashboard/src/api/schedules.ts')),
  ...(await import('../../dashboard/src/api/settings.ts')),
  ...(await import('../../dashboard/src/api/setups.ts')),
  ...(await import('../../dashboard/src/api/shares.ts')),
  ...(await import('../../dashboard/src/api/tests.ts')),
  ...(await import('../../dashboard/src/api/tokens.ts')),
  ...(await import('../../dashboard/src/api/webhooks.ts')),
})

/** The cache of a page, kept up to date by its event stream as in a browser. */
export async function openLiveCache({ url, token }: { url: string; token: string }) {
  const kept = new Map([['kitt.token', token]])
  vi.stubGlobal('location', new URL(url))
  vi.stubGlobal('window', { addEventListener() {}, removeEventListener() {} })
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
  const { setToken } = await import('../../dashboard/src/api/token.ts')
  const { startLive } = await import('../../dashboard/src/live/stream.ts')
  const cache = createQueryClient()
  setToken(token)
  startLive(cache)
  onTestFinished(() => {
    setToken(undefined)
    cache.clear()
    vi.unstubAllGlobals()
  })
  const shown: Shown[] = []
  return {
    queries: await queriesOfPage(),
    /** Shows queries as a page does, until the end of the test. */
    show(...queries: Shown[]) {
      shown.push(...queries)
      for (const query of queries)
        onTestFinished(new QueryObserver(cache, query as never).subscribe(() => {}))
    },
    /** The first parts of the keys of what is shown. */
    areas: () => shown.map(({ queryKey }) => queryKey[0]),
    /** Expects that everything shown is soon as the server has it now. */
    async isFresh(after: string) {
      await expect.poll(() => staleOf(cache, shown), { ...SOON, message: after }).toEqual([])
    },
  }
}

/** How what is shown differs from what the server says now. */
async function staleOf(cache: QueryClient, shown: readonly Shown[]): Promise<string[]> {
  const fresh = createQueryClient()
  const all = await Promise.all(
    shown.map(async (query) => {
      const there = await fresh.fetchQuery({ ...query, retry: false } as never).catch(String)
      const { data, error } = cache.getQueryState(query.queryKey) ?? {}
      const here = error ? String(error) : data
      const difference = differing(plain(here), plain(there))
      return difference ? [`${JSON.stringify(query.queryKey)}: ${difference}`] : []
    }),
  )
  return all.flat()
}

const plain = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : JSON.parse(JSON.stringify(value, (key, part) => (WITHOUT_EVENTS.has(key) ? undefined : part)))

/** Where two values differ first; undefined if nowhere. */
function differing(here: unknown, there: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(here, there)) return undefined
  if (!isObject(here) || !isObject(there))
    return `${path} is ${JSON.stringify(here)} on the page, ${JSON.stringify(there)} on the server`
  const keys = new Set([...Object.keys(here), ...Object.keys(there)])
  return [...keys].map((key) => differing(here[key], there[key], `${path}.${key}`)).find(Boolean)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

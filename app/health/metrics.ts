import { count, inArray, min } from 'drizzle-orm'
import { agents, quickTests } from '../../db/schema.ts'
import { OPEN_TEST } from '../../lib/states.ts'
import type { Deps } from '../deps.ts'
import { newestEvent } from '../events/log.ts'

/** The state of a server at a moment. */
export type Snapshot = {
  agents: Record<string, number>
  tests: Record<string, number>
  oldestQueuedS: number
  lastEventId: number
  subscribers: number
  overflows: number
  writerDepth: number
}

/** Collects what requests took, and writes it down for Prometheus. */
export type Metrics = {
  observe(method: string, route: string, status: number, seconds: number): void
  render(snapshot: Snapshot): Promise<string>
}

/** Looks at the database and the queues. */
export async function takeSnapshot(deps: Deps): Promise<Snapshot> {
  const { read } = deps.db
  const byState = await read.select({ state: agents.status, n: count() }).from(agents).groupBy(agents.status)
  const open = await read
    .select({ state: quickTests.status, n: count(), oldest: min(quickTests.queued_at) })
    .from(quickTests)
    .where(inArray(quickTests.status, OPEN_TEST))
    .groupBy(quickTests.status)
  const queued = open.find(({ state }) => state === 'queued')
  return {
    agents: Object.fromEntries(byState.map(({ state, n }) => [state, n])),
    tests: {
      queued: 0,
      dispatched: 0,
      running: 0,
      ...Object.fromEntries(open.map(({ state, n }) => [state, n])),
    },
    oldestQueuedS: queued?.oldest ? (deps.clock.now() - queued.oldest) / 1000 : 0,
    lastEventId: await newestEvent(deps.db.read),
    subscribers: deps.bus.subscribers,
    overflows: deps.bus.overflows,
    writerDepth: deps.writer.depth,
  }
}

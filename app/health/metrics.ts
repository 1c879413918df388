import { count, inArray, max, min } from 'drizzle-orm'
import { reading } from '../../db/read.ts'
import { agents, events, quickTests } from '../../db/schema.ts'
import { OPEN_TEST } from '../../lib/states.ts'
import type { Deps } from '../deps.ts'

/** The gauges of a server at one moment. */
export type Snapshot = {
  agents: Record<string, number>
  tests: Record<string, number>
  oldestQueuedS: number
  lastEventId: number
  subscribers: number
  overflows: number
  writerDepth: number
  /** Results whose setups are not found yet. */
  unindexed: number
  /** Undefined without a copy of a remote database. */
  replicaAgeS?: number | undefined
}

/** Observes requests and renders metrics for Prometheus. */
export type Metrics = {
  observe(method: string, route: string, status: number, seconds: number): void
  render(snapshot: Snapshot): Promise<string>
}

/** Reads the gauges from the database and the queues. */
export async function takeSnapshot(deps: Deps): Promise<Omit<Snapshot, 'unindexed'>> {
  const { byState, open, newest } = await counts(deps.db.read, {})
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
    lastEventId: newest[0]?.id ?? 0,
    subscribers: deps.bus.subscribers,
    overflows: deps.bus.overflows,
    writerDepth: deps.writer.depth,
    replicaAgeS: deps.db.replica?.age(),
  }
}

const counts = reading((orm) => ({
  byState: orm.select({ state: agents.status, n: count() }).from(agents).groupBy(agents.status),
  open: orm
    .select({ state: quickTests.status, n: count(), oldest: min(quickTests.queued_at) })
    .from(quickTests)
    .where(inArray(quickTests.status, OPEN_TEST))
    .groupBy(quickTests.status),
  newest: orm.select({ id: max(events.id) }).from(events),
}))

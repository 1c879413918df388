import { asc, sql } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, reading } from '../../db/read.ts'
import { literals } from '../../db/schema/columns.ts'
import { agents, INSERTED, quickTests } from '../../db/schema.ts'
import { CONNECTED, isOneOf, OPEN_TEST } from '../../lib/states.ts'
import { type Forecast, forecastQueue, NO_FORECAST } from './forecast.ts'
import { type Measured, type Usual, usualTimes } from './usual.ts'

/** Tests that are read for a forecast; of those beyond it nothing is foreseen. */
const MOST = 5000

export type Queues = {
  of(test: { id: string }): Forecast
  /** When an agent has done what is queued, epoch ms; null if that is not known. */
  freeAt(agent_id: string): number | null
}

/**
 * The queues of some agents, foreseen.
 * @param asked measurements that `usual` is wanted for, beside those in the queues
 */
export async function queuesOf(
  orm: Orm,
  agentIds: readonly string[],
  now: number,
  asked: readonly Measured[] = [],
): Promise<Queues & { usual: Usual }> {
  const ids = [...new Set(agentIds)]
  if (ids.length === 0) return { ...EMPTY, usual: await usualTimes(orm, asked) }
  const { tests, hosts } = await openTests(orm, { ids: JSON.stringify(ids) })
  const usual = await usualTimes(orm, [...tests, ...asked])
  const all = new Map<string, Forecast>()
  const free = new Map<string, number | null>()
  for (const { id, status, schedulable } of hosts) {
    const here = isOneOf(CONNECTED, status)
    const own = tests.filter(({ agent_id }) => agent_id === id)
    const queued = own.map((test) => ({ ...test, usual: usual(test, id) }))
    const found = forecastQueue(queued, { here, takes: here && schedulable }, now)
    for (const [test, forecast] of found.tests) all.set(test, forecast)
    free.set(id, found.free_at)
  }
  return { of: ({ id }) => all.get(id) ?? NO_FORECAST, freeAt: (id) => free.get(id) ?? null, usual }
}

const EMPTY: Queues = { of: () => NO_FORECAST, freeAt: () => null }

const openTests = reading((orm, given: Given<{ ids: string }>) => {
  const those = sql`(select value from json_each(${given('ids')}))`
  return {
    tests: orm
      .select({
        id: quickTests.id,
        agent_id: quickTests.agent_id,
        status: quickTests.status,
        started_at: quickTests.started_at,
        model_path: quickTests.model_path,
        engine_name: quickTests.engine_name,
        benchmark_name: quickTests.benchmark_name,
        suite_name: quickTests.suite_name,
        options: sql<string | null>`${quickTests.options}`,
      })
      .from(quickTests)
      .where(
        sql`${quickTests.agent_id} in ${those} and ${quickTests.status} in ${sql.raw(literals(OPEN_TEST))}`,
      )
      .orderBy(
        sql`${quickTests.status} = 'queued'`,
        asc(quickTests.rank),
        asc(quickTests.created_at),
        asc(INSERTED),
      )
      .limit(MOST),
    hosts: orm
      .select({ id: agents.id, status: agents.status, schedulable: agents.schedulable })
      .from(agents)
      .where(sql`${agents.id} in ${those}`),
  }
})

import { and, desc, eq, sql } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, reading } from '../../db/read.ts'
import { segments, setupRuns, setups, setupValues } from '../../db/schema.ts'
import { sampleSd } from '../../lib/statistics.ts'
import { scaled } from './statistics/logs.ts'
import type { Threshold } from './statistics/thresholds.ts'

const DAY_MS = 86_400_000
/** Older runs tell nothing of the noise of today. */
const SINCE_MS = 90 * DAY_MS
/** Setups of the host that are looked at, and values of them. */
const SETUPS_MAX = 20
const VALUES_MAX = 2000
/** The fewest degrees of freedom that a spread is believed with. */
const LEAST_DF = 4

type Setup = { id: string; agent_id: string | null; simulated: boolean }

/**
 * The standard deviation of each metric on a host, of its logarithms or in points: of the earlier segments of the setup itself, where it has
 * enough, otherwise of all setups of the host.
 * @param times epoch ms; `since`: when the segment begins that it is for
 */
export async function pooledSds(
  orm: Orm,
  { id, agent_id, simulated }: Setup,
  watched: ReadonlyMap<string, Threshold>,
  { now, since }: { now: number; since: number },
): Promise<Map<string, number>> {
  const given = { id, agent_id: agent_id ?? '', simulated: Number(simulated), since: now - SINCE_MS }
  const { values, began } = await valuesOfHost(orm, { ...given, names: JSON.stringify([...watched.keys()]) })
  const groups = new Map<string, { metric: string; own: boolean; logs: number[] }>()
  for (const { setup_id, metric, at, value } of values) {
    if (setup_id === id && at >= since) continue
    const segment = began.findLast((one) => one.setup_id === setup_id && one.from_at <= at)?.from_at ?? 0
    const key = `${metric}\n${setup_id}\n${segment}`
    const group = groups.get(key) ?? { metric, own: setup_id === id, logs: [] }
    group.logs.push(...scaled([value], watched.get(metric)?.scale))
    groups.set(key, group)
  }
  const found = new Map<string, number>()
  for (const metric of new Set(values.map((one) => one.metric))) {
    const all = [...groups.values()].filter((group) => group.metric === metric)
    const sd = pooledOf(all.filter(({ own }) => own)) ?? pooledOf(all)
    if (sd !== undefined) found.set(metric, sd)
  }
  return found
}

function pooledOf(groups: readonly { logs: number[] }[]): number | undefined {
  let [squares, df] = [0, 0]
  for (const { logs } of groups) {
    squares += (logs.length - 1) * (sampleSd(logs) ?? 0) ** 2
    df += Math.max(0, logs.length - 1)
  }
  return df < LEAST_DF ? undefined : Math.sqrt(squares / df)
}

type Wanted = { id: string; agent_id: string; simulated: number; since: number; names: string }

const valuesOfHost = reading((orm, given: Given<Wanted>) => {
  // Correlated with nothing: the database finds these setups once.
  const ofHost = sql`(select ${given('id')} union select * from (select id from ${setups}
    where agent_id = ${given('agent_id')} and partial = 0 and simulated = ${given('simulated')}
    order by last_at desc limit ${SETUPS_MAX}))`
  return {
    values: orm
      .select({
        setup_id: setupValues.setup_id,
        metric: setupValues.metric,
        at: setupValues.at,
        value: setupValues.value,
      })
      .from(setupValues)
      .innerJoin(
        setupRuns,
        and(eq(setupRuns.setup_id, setupValues.setup_id), eq(setupRuns.run_seq, setupValues.run_seq)),
      )
      .where(
        and(
          sql`${setupValues.setup_id} in ${ofHost}`,
          sql`${setupValues.metric} in (select value from json_each(${given('names')}))`,
          sql`${setupValues.at} >= ${given('since')}`,
          eq(setupRuns.valid, true),
        ),
      )
      .orderBy(desc(setupValues.at))
      .limit(VALUES_MAX),
    began: orm
      .select({ setup_id: segments.setup_id, from_at: segments.from_at })
      .from(segments)
      .where(sql`${segments.setup_id} in ${ofHost}`)
      .orderBy(segments.from_at),
  }
})

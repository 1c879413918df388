import { and, desc, eq, ne, sql } from 'drizzle-orm'
import type { Orm } from '../../../db/database.ts'
import { type Given, reading } from '../../../db/read.ts'
import { alertSteps, alerts, environments, setupRuns, setups } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { alone } from '../../maintenance/alone.ts'
import { holdsLease, type Lease } from '../../maintenance/leader.ts'
import { moveByItself } from '../confirm/conclude.ts'
import { storedMetrics } from '../confirm/weigh.ts'
import { watchRule } from '../rule.ts'
import { isAsBefore } from '../series/replay.ts'
import { seriesRuns } from '../series/rows.ts'
import { atLeast } from './versions.ts'

/** Ends the silences whose time has come, or whose version has come and is no better. */
export async function endSilences(deps: Deps, lease: Lease): Promise<void> {
  const now = deps.clock.now()
  const { rows } = await silenced(deps.db.read, {})
  for (const one of rows)
    await alone(
      deps,
      'a silence was not ended; the next look tries again',
      { alert_id: one.alert.id },
      async () => {
        const ends = await endOfSilence(deps.db.read, one, now)
        if (ends !== undefined) await end(deps, lease, { ...one, ends, now })
      },
    )
}

type Silenced = Awaited<ReturnType<typeof silenced>>['rows'][number]

/** Why a silence ends, in words; undefined while it lasts. */
async function endOfSilence(orm: Orm, one: Silenced, now: number): Promise<string | undefined> {
  const { silenced_until, silenced_version } = one.alert
  if (silenced_until !== null && now >= silenced_until) return 'The silence ended at its time.'
  if (silenced_version === null || one.version === null || !atLeast(one.version, silenced_version))
    return undefined
  // The version that was waited for mends it: three such runs end the alert.
  return (await lastIsAsBefore(orm, one))
    ? undefined
    : `The silence ended with the engine's version ${one.version}.`
}

async function lastIsAsBefore(orm: Orm, { alert, setup }: Silenced): Promise<boolean> {
  const { watched } = await watchRule(orm, setup)
  const last = (await seriesRuns(orm, setup.id, watched, Number.MAX_SAFE_INTEGER)).runs.at(-1)
  const before = storedMetrics(alert).map(([name, { reference }]) => ({ name, reference }))
  return last !== undefined && isAsBefore({ watched }, before, last)
}

/** Whoever silences an alert says that it is real, and not that what was the machine is the engine. */
async function end(
  deps: Deps,
  lease: Lease,
  { alert, setup, ends, now }: Silenced & { ends: string; now: number },
): Promise<void> {
  const before = (await stepsBefore(deps.db.read, { id: alert.id })).rows[0]
  const isMachine = before?.state === 'environment'
  const concerned = { alert, label: setup.label, at: now, where: holdsLease(lease) }
  const set = { silenced_until: null, silenced_version: null }
  await deps.write((tx) =>
    isMachine
      ? moveByItself({ ...concerned, tx }, 'environment', before.note, set)
      : moveByItself({ ...concerned, tx }, 'confirmed', ends, set),
  )
}

const silenced = reading((orm, _given: Given<object>) => ({
  rows: orm
    .select({
      alert: alerts,
      setup: { id: setups.id, key: setups.key, label: setups.label },
      // Of the latest run that counts.
      version: sql<string | null>`(select json_extract(${environments.facts}, '$.engine_version')
        from ${setupRuns} join ${environments} on ${environments.id} = ${setupRuns.environment_id}
        where ${setupRuns.setup_id} = ${alerts.setup_id} and ${setupRuns.valid} = 1
        order by ${setupRuns.at} desc limit 1)`,
    })
    .from(alerts)
    .innerJoin(setups, eq(setups.id, alerts.setup_id))
    .where(eq(alerts.state, 'silenced')),
}))

/** The step of an alert before it was silenced. */
const stepsBefore = reading((orm, given: Given<{ id: string }>) => ({
  rows: orm
    .select({ state: alertSteps.state, note: alertSteps.note })
    .from(alertSteps)
    .where(and(eq(alertSteps.alert_id, given('id')), ne(alertSteps.state, 'silenced')))
    .orderBy(desc(alertSteps.n))
    .limit(1),
}))

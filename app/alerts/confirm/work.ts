import { and, asc, desc, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Orm } from '../../../db/database.ts'
import { type Given, reading } from '../../../db/read.ts'
import {
  agents,
  alertRuns,
  alertSteps,
  alerts,
  engineProfiles,
  quickTests,
  runs,
  setupRuns,
  setups,
} from '../../../db/schema.ts'
import { isOneOf, OPEN_SUSPICION } from '../../../lib/states.ts'
import type { TestRow } from '../../quicktests/events.ts'
import { type WatchRule, watchRule } from '../rule.ts'
import { type AlertRow, KITT } from '../states.ts'
import type { ConfirmWork } from './plan.ts'
import { madeFor } from './proof.ts'

const DAY_MS = 86_400_000

/** Alerts that wait for runs, the oldest first. */
export async function openSuspicions(orm: Orm): Promise<string[]> {
  return (await suspicions(orm, {})).rows.map(({ id }) => id)
}

const suspicions = reading((orm) => ({
  rows: orm
    .select({ id: alerts.id })
    .from(alerts)
    .where(inArray(alerts.state, [...OPEN_SUSPICION]))
    .orderBy(asc(alerts.created_at), asc(alerts.id)),
}))

/** What confirming an alert begins with; `test` is the one to repeat, `control` the profile of the earlier engine. */
export type Suspicion = ConfirmWork & {
  alert: AlertRow
  label: string
  rule: WatchRule
  test: TestRow | undefined
  control: string | undefined
  /** When a person asked whether what was the machine is so still, epoch ms: only runs from then on tell. */
  asked: number | undefined
}

/** The input of the plan of one alert; undefined if it waits for nothing. */
export async function suspicionWork(orm: Orm, id: string, now: number): Promise<Suspicion | undefined> {
  const work = await repeatWork(orm, id, now)
  return work && isOneOf(OPEN_SUSPICION, work.alert.state) ? work : undefined
}

/** The same of an alert in any state; undefined if its setup is gone. */
export async function repeatWork(orm: Orm, id: string, now: number): Promise<Suspicion | undefined> {
  const { found, suspect, leads, last } = await suspicionRows(orm, { id })
  const row = found[0]
  if (!row) return undefined
  const { alert, setup } = row
  const rule = await watchRule(orm, setup)
  const test = suspect[0]?.test ?? undefined
  const agent_id = test?.agent_id ?? ''
  const about = { agent_id, since: now - DAY_MS, profile: test?.profile_id ?? '' }
  const before = { setup: alert.setup_id, from: alert.from_at, engine: test?.engine_name ?? '' }
  const { agent, queued, profile, earlier } = await hostRows(orm, { ...about, ...before })
  const made = await madeFor(orm, id, alert.setup_id, now)
  const byHand = last[0] !== undefined && last[0].state === 'confirming' && last[0].by !== KITT
  return {
    ...{ alert, label: setup.label, rule, test, made, now },
    state: alert.state as ConfirmWork['state'],
    reason: alert.reason,
    since: Math.max(alert.created_at, last[0]?.at ?? 0, Math.min(setup.last_at, now)),
    confirm: rule.confirm,
    byHand,
    asked: byHand && last[1]?.state === 'environment' ? last[0]?.at : undefined,
    fault: faultOf(suspect[0], test, profile.length > 0),
    agent: agent[0],
    used: queued[0]?.n ?? 0,
    lead: leads[0] && { ...leads[0], measures: leads[0].measures === 1 },
    control: rule.confirm.control ? controlOf(test, earlier[0]) : undefined,
  }
}

/** Why a run cannot be repeated; undefined if it can. */
function faultOf(
  suspect: { result_id: string | null; run: string | null } | undefined,
  test: TestRow | undefined,
  hasProfile: boolean,
): string | undefined {
  if (!suspect?.run) return 'The run that raised the suspicion was deleted.'
  if (!test) return 'Its run cannot be repeated: no test of KITT made it.'
  if (test.profile_id !== null && !hasProfile)
    return 'Its run cannot be repeated: its engine profile was deleted.'
  return undefined
}

type Earlier = { profile_id: string | null; changed_at: number; at: number }

/** The profile of the last good run, if it is another one and as it was then. */
function controlOf(test: TestRow | undefined, earlier: Earlier | undefined): string | undefined {
  if (!test || !earlier?.profile_id || earlier.profile_id === test.profile_id) return undefined
  return earlier.changed_at <= earlier.at ? earlier.profile_id : undefined
}

const suspicionRows = reading((orm, given: Given<{ id: string }>) => {
  const own = (column: string) =>
    sql`(select ${sql.raw(column)} from ${alerts} as own where own.id = ${given('id')})`
  return {
    found: orm
      .select({
        alert: alerts,
        setup: { id: setups.id, key: setups.key, label: setups.label, last_at: setups.last_at },
      })
      .from(alerts)
      .innerJoin(setups, eq(setups.id, alerts.setup_id))
      .where(eq(alerts.id, given('id'))),
    suspect: orm
      .select({ result_id: alertRuns.result_id, run: runs.id, test: quickTests })
      .from(alertRuns)
      .leftJoin(runs, eq(runs.id, alertRuns.result_id))
      .leftJoin(quickTests, eq(quickTests.id, runs.quick_test_id))
      .where(and(eq(alertRuns.alert_id, given('id')), eq(alertRuns.role, 'suspect'))),
    // The alert of another setup with the same cause that has runs of its own.
    leads: orm
      .select({
        ...{ id: alerts.id, state: alerts.state, label: setups.label },
        measures: sql<number>`exists (select 1 from alert_runs as made
          join runs on runs.quick_test_id = made.test_id join setup_runs as part on part.run_seq = runs.seq
          where made.alert_id = ${alerts.id} and made.role = 'confirm'
            and part.valid = 1 and part.setup_id = ${own('setup_id')})`,
      })
      .from(alerts)
      .innerJoin(setups, eq(setups.id, alerts.setup_id))
      .where(
        and(
          eq(alerts.cause, own('cause')),
          ne(alerts.setup_id, own('setup_id')),
          sql`exists (select 1 from ${alertRuns} where ${alertRuns.alert_id} = ${alerts.id} and ${alertRuns.role} = 'confirm')`,
        ),
      )
      .orderBy(asc(alerts.created_at), asc(alerts.id))
      .limit(1),
    last: orm
      .select({ state: alertSteps.state, by: alertSteps.by, at: alertSteps.at })
      .from(alertSteps)
      .where(eq(alertSteps.alert_id, given('id')))
      .orderBy(desc(alertSteps.n))
      .limit(2),
  }
})

type HostGiven = {
  agent_id: string
  since: number
  profile: string
  setup: string
  from: number
  engine: string
}

const hostRows = reading((orm, given: Given<HostGiven>) => ({
  agent: orm
    .select({ name: agents.name, status: agents.status, schedulable: agents.schedulable })
    .from(agents)
    .where(eq(agents.id, given('agent_id'))),
  queued: orm
    .select({ n: sql<number>`count(*)` })
    .from(quickTests)
    .where(
      and(
        eq(quickTests.agent_id, given('agent_id')),
        sql`${quickTests.created_at} > ${given('since')}`,
        sql`exists (select 1 from ${alertRuns} where ${alertRuns.test_id} = ${quickTests.id} and ${alertRuns.role} <> 'suspect')`,
      ),
    ),
  profile: orm
    .select({ id: engineProfiles.id })
    .from(engineProfiles)
    .where(eq(engineProfiles.id, given('profile'))),
  earlier: orm
    .select({ profile_id: quickTests.profile_id, changed_at: engineProfiles.updated_at, at: setupRuns.at })
    .from(setupRuns)
    .innerJoin(runs, eq(runs.seq, setupRuns.run_seq))
    .innerJoin(quickTests, eq(quickTests.id, runs.quick_test_id))
    .innerJoin(
      engineProfiles,
      and(eq(engineProfiles.id, quickTests.profile_id), eq(engineProfiles.engine, given('engine'))),
    )
    .where(
      and(
        eq(setupRuns.setup_id, given('setup')),
        eq(setupRuns.valid, true),
        sql`${setupRuns.at} < ${given('from')}`,
      ),
    )
    .orderBy(desc(setupRuns.at))
    .limit(1),
}))

import { and, asc, count, desc, eq, getTableColumns, gte, inArray, sql } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, reading } from '../../db/read.ts'
import { alertRuns, alertSteps, alerts, runs, setupRuns, setups, setupValues } from '../../db/schema.ts'
import { HOLDING_ALERT } from '../../lib/states.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { NotFound } from '../errors.ts'
import type { Paging } from '../http/fields.ts'
import { type PageRows, pageOf } from '../http/page.ts'
import { metricInfo } from '../results/metric-units.ts'
import type { Alert, AlertDetail, AlertMetric, AlertQuery, AlertRun } from './schema.ts'
import type { AlertRow } from './states.ts'
import { wholeReason } from './words.ts'

/** An alert with what lists show beside it. */
type Listed = AlertRow & { label: string | null; planned: number; done: number }

const view = (row: Listed): Alert => ({
  id: row.id,
  setup_id: row.setup_id,
  setup_label: row.label ?? row.setup_id,
  agent_id: row.agent_id,
  state: row.state,
  metric: row.metric,
  delta_pct: row.delta_pct,
  metrics: Object.entries(row.metrics as Record<string, Omit<AlertMetric, 'name' | 'unit' | 'better'>>).map(
    ([name, { reference, value, delta_pct, ci95, p }]) => ({
      ...{ name, ...metricInfo(name) },
      ...{ reference, value, delta_pct, ci95, p },
    }),
  ),
  differs: row.differs,
  began: row.began,
  reason: wholeReason(row),
  confirmed_runs: row.done,
  planned_runs: row.planned,
  silenced_until: iso(row.silenced_until),
  silenced_version: row.silenced_version,
  created_at: iso(row.created_at),
  updated_at: iso(row.updated_at),
})

/** Alerts, newest first. */
export async function listAlerts({ db }: Pick<Deps, 'db'>, query: AlertQuery & Paging) {
  const { state, setup_id, agent_id, since, open } = query
  return pageOf(query, async (page) => {
    const filter = { state, setup_id, agent_id, since, open: open === undefined ? undefined : Number(open) }
    const { total, rows } = await alertPage(db.read, { ...filter, ...page })
    return { total: total[0]?.n ?? 0, items: rows.map(view) }
  })
}

const madeRuns = (and: string) =>
  sql<number>`(select count(*) from alert_runs as made where made.alert_id = ${alerts.id} and made.role = 'confirm' ${sql.raw(and)})`
const DONE = 'and exists (select 1 from runs where runs.quick_test_id = made.test_id)'
const listed = (orm: Orm) =>
  orm
    .select({
      ...getTableColumns(alerts),
      label: setups.label,
      planned: madeRuns(''),
      done: madeRuns(DONE),
    })
    .from(alerts)
    .leftJoin(setups, eq(setups.id, alerts.setup_id))

type Filter = Omit<AlertQuery, 'open'> & { open: number | undefined }

const alertPage = reading((orm, given: Given<Filter & PageRows>, has) => {
  const holds = inArray(alerts.state, [...HOLDING_ALERT])
  const where = and(
    ...(['state', 'setup_id', 'agent_id'] as const).map((key) =>
      has(key) ? eq(alerts[key], given(key)) : undefined,
    ),
    has('since') ? gte(alerts.created_at, given('since')) : undefined,
    has('open') ? sql`(${holds}) = ${given('open')}` : undefined,
  )
  return {
    total: orm.select({ n: count() }).from(alerts).where(where),
    rows: listed(orm)
      .where(where)
      .orderBy(desc(alerts.created_at), desc(alerts.id))
      .limit(given('limit'))
      .offset(given('offset')),
  }
})

/** @throws NotFound */
export async function findAlert(orm: Orm, id: string): Promise<Listed> {
  const [row] = (await alertById(orm, { id })).rows
  if (!row) throw new NotFound('There is no such alert.')
  return row
}

const alertById = reading((orm, given: Given<{ id: string }>) => ({
  rows: listed(orm).where(eq(alerts.id, given('id'))),
}))

/** Runs shown before an alert, and after it. */
const SHOWN_RUNS = 20

/** One alert with its runs and its history. @throws NotFound */
export async function getAlert({ db }: Pick<Deps, 'db'>, id: string): Promise<AlertDetail> {
  const row = await findAlert(db.read, id)
  const { setup_id, metric, from_at } = row
  const { before, made, after, steps } = await detailRows(db.read, { id, setup_id, metric, from_at })
  const own = new Set(made.map(({ result_id }) => result_id))
  const plain = (role: AlertRun['role']) => (run: (typeof before)[number]) => ({
    ...{ role, test_id: run.test_id, result_id: run.result_id },
    ...{ at: iso(run.at), value: run.value, valid: run.valid },
  })
  return {
    ...view(row),
    runs: [
      ...before.reverse().map(plain('reference')),
      ...made.map(({ at, ...run }) => ({ ...run, at: iso(at) })),
      ...after.filter(({ result_id }) => !own.has(result_id)).map(plain('after')),
    ],
    steps: steps.map(({ state, at, by, note }) => ({ state, at: iso(at), by, note })),
  }
}

type DetailGiven = { id: string; setup_id: string; metric: string; from_at: number }

const detailRows = reading((orm, given: Given<DetailGiven>) => {
  const value = and(
    eq(setupValues.setup_id, given('setup_id')),
    eq(setupValues.at, setupRuns.at),
    eq(setupValues.run_seq, setupRuns.run_seq),
    eq(setupValues.metric, given('metric')),
  )
  const ofSetup = () =>
    orm
      .select({
        test_id: runs.quick_test_id,
        result_id: runs.id,
        at: setupRuns.at,
        value: setupValues.value,
        valid: setupRuns.valid,
      })
      .from(setupRuns)
      .innerJoin(runs, eq(runs.seq, setupRuns.run_seq))
      .leftJoin(setupValues, value)
  const own = eq(setupRuns.setup_id, given('setup_id'))
  // Not those before the segment that it lies in.
  const segment = sql`coalesce((select max(s.from_at) from segments as s where s.setup_id = ${given('setup_id')}
    and s.from_at < ${given('from_at')} and s.alert_id is not null), -9e15)`
  return {
    before: ofSetup()
      .where(
        and(
          own,
          eq(setupRuns.valid, true),
          sql`${setupRuns.at} < ${given('from_at')}`,
          sql`${setupRuns.at} >= ${segment}`,
        ),
      )
      .orderBy(desc(setupRuns.at), desc(setupRuns.run_seq))
      .limit(SHOWN_RUNS),
    made: orm
      .select({
        role: alertRuns.role,
        test_id: alertRuns.test_id,
        result_id: sql<string | null>`coalesce(${runs.id}, ${alertRuns.result_id})`,
        at: setupRuns.at,
        value: setupValues.value,
        valid: setupRuns.valid,
      })
      .from(alertRuns)
      .leftJoin(
        runs,
        sql`case when ${alertRuns.role} = 'suspect' then ${runs.id} = ${alertRuns.result_id}
          else ${runs.quick_test_id} = ${alertRuns.test_id} end`,
      )
      .leftJoin(setupRuns, and(eq(setupRuns.run_seq, runs.seq), eq(setupRuns.setup_id, given('setup_id'))))
      .leftJoin(setupValues, value)
      .where(eq(alertRuns.alert_id, given('id')))
      .orderBy(asc(alertRuns.n)),
    after: ofSetup()
      .where(and(own, sql`${setupRuns.at} >= ${given('from_at')}`))
      .orderBy(asc(setupRuns.at), asc(setupRuns.run_seq))
      .limit(SHOWN_RUNS),
    steps: orm
      .select()
      .from(alertSteps)
      .where(eq(alertSteps.alert_id, given('id')))
      .orderBy(asc(alertSteps.n)),
  }
})

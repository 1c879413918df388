import { asc, count, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, reading } from '../../db/read.ts'
import { campaigns, scheduleRuns, schedules } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { defined } from '../../lib/defined.ts'
import { requireKnown } from '../campaigns/known.ts'
import { namedAgents } from '../campaigns/matrix.ts'
import type { NewCampaign } from '../campaigns/schema.ts'
import { findCampaign, requireAgents } from '../campaigns/service.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { BadRequest, NotFound } from '../errors.ts'
import type { Paging } from '../http/fields.ts'
import type { Keep } from '../http/idempotency.ts'
import { type PageRows, pageOf } from '../http/page.ts'
import { masked, restored } from '../secrets/vault.ts'
import { calendarOf } from './calendar.ts'
import { nextDue, type ScheduleRow, type ScheduleRunRow } from './due.ts'
import { scheduleChanged } from './events.ts'
import { NO_OUTCOME, outcomesOf, type RunOutcome } from './run-verdicts.ts'
import type { NewSchedule, Schedule, ScheduleChange, ScheduleDetail, ScheduleRun } from './schema.ts'
import { calendarWords } from './words.ts'

const UNKNOWN = 'There is no such schedule.'
/** More would be a mistake of a program; each is looked at every few seconds. */
const MOST = 1000
const SHOWN_RUNS = 10
const RECENT = 5
const SHOWN_TIMES = 5

type RunRow = { run: ScheduleRunRow; status: ScheduleRun['campaign_status'] }
type Outcomes = ReadonlyMap<string, RunOutcome>

const outcomesFor = (orm: Orm, runs: readonly RunRow[]): Promise<Outcomes> =>
  outcomesOf(
    orm,
    runs.map(({ run }) => run.campaign_id),
  )

const runView = ({ run, status }: RunRow, outcomes: Outcomes): ScheduleRun => ({
  due_at: iso(run.due_at),
  outcome: run.outcome,
  reason: run.reason,
  by_hand: run.by_hand,
  campaign_id: run.campaign_id,
  campaign_status: status,
  ...(outcomes.get(run.campaign_id ?? '') ?? NO_OUTCOME),
  started_at: iso(run.started_at),
})

function view({ campaign, next_due_at, ...row }: ScheduleRow, runs: ScheduleRun[]): Schedule {
  return {
    ...row,
    when: calendarWords(row.cron),
    next_at: row.enabled ? iso(row.next_at) : null,
    last: runs[0] ?? null,
    recent: runs.slice(0, RECENT),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  }
}

/** Schedules by name, each with its last runs. */
export async function listSchedules({ db }: Deps, paging: Paging) {
  return pageOf(paging, async (page) => {
    const { total, rows, runs } = await schedulePage(db.read, page)
    const outcomes = await outcomesFor(db.read, runs)
    const recent = (id: string) =>
      runs.filter(({ run }) => run.schedule_id === id).map((row) => runView(row, outcomes))
    return { total: total[0]?.n ?? 0, items: rows.map((row) => view(row, recent(row.id))) }
  })
}

const runFields = { run: scheduleRuns, status: campaigns.status }

const schedulePage = reading((orm, given: Given<PageRows>) => {
  const page = { limit: given('limit'), offset: given('offset') }
  const order = asc(schedules.name)
  const ids = orm.select({ id: schedules.id }).from(schedules).orderBy(order)
  return {
    total: orm.select({ n: count() }).from(schedules),
    rows: orm.select().from(schedules).orderBy(order).limit(page.limit).offset(page.offset),
    runs: orm
      .select(runFields)
      .from(scheduleRuns)
      .leftJoin(campaigns, eq(campaigns.id, scheduleRuns.campaign_id))
      .where(
        sql`${inArray(scheduleRuns.schedule_id, ids.limit(page.limit).offset(page.offset))} and ${scheduleRuns.due_at} >= coalesce(
          (select due_at from schedule_runs as own where own.schedule_id = ${scheduleRuns.schedule_id}
            order by due_at desc limit 1 offset ${sql.raw(String(RECENT - 1))}), 0)`,
      )
      .orderBy(desc(scheduleRuns.due_at)),
  }
})

/** One schedule with its campaign, next times and last runs. @throws NotFound */
export async function getSchedule({ db }: Pick<Deps, 'db'>, id: string): Promise<ScheduleDetail> {
  const { found, runs } = await scheduleWithRuns(db.read, { id, limit: SHOWN_RUNS, offset: 0 })
  const [row] = found
  if (!row) throw new NotFound(UNKNOWN)
  const due = row.enabled ? row.next_due_at : null
  const next = due === null ? [] : [due, ...calendarOf(row.cron, row.timezone).next(due, SHOWN_TIMES - 1)]
  const outcomes = await outcomesFor(db.read, runs)
  const shown = runs.map((run) => runView(run, outcomes))
  return {
    ...view(row, shown),
    next: next.map((at) => iso(at)),
    runs: shown,
    campaign: JSON.parse(masked(row.campaign)) as ScheduleDetail['campaign'],
  }
}

/** Due times of a schedule and what became of them, newest first. @throws NotFound */
export async function listScheduleRuns({ db }: Deps, id: string, paging: Paging) {
  return pageOf(paging, async (page) => {
    const { found, total, runs } = await scheduleWithRuns(db.read, { id, ...page })
    if (!found[0]) throw new NotFound(UNKNOWN)
    const outcomes = await outcomesFor(db.read, runs)
    return { total: total[0]?.n ?? 0, items: runs.map((run) => runView(run, outcomes)) }
  })
}

const scheduleWithRuns = reading((orm, given: Given<{ id: string } & PageRows>) => ({
  found: orm
    .select()
    .from(schedules)
    .where(eq(schedules.id, given('id'))),
  total: orm
    .select({ n: count() })
    .from(scheduleRuns)
    .where(eq(scheduleRuns.schedule_id, given('id'))),
  runs: orm
    .select(runFields)
    .from(scheduleRuns)
    .leftJoin(campaigns, eq(campaigns.id, scheduleRuns.campaign_id))
    .where(eq(scheduleRuns.schedule_id, given('id')))
    .orderBy(desc(scheduleRuns.due_at))
    .limit(given('limit'))
    .offset(given('offset')),
}))

/** @throws NotFound */
export async function findSchedule(orm: Orm, id: string): Promise<ScheduleRow> {
  const [row] = await orm.select().from(schedules).where(eq(schedules.id, id))
  if (!row) throw new NotFound(UNKNOWN)
  return row
}

/** The next due times of a calendar. @throws BadRequest that says what is wrong with it */
export function previewSchedule({ clock }: Deps, { cron, timezone }: { cron: string; timezone: string }) {
  const next = calendarOf(cron, timezone).next(clock.now(), SHOWN_TIMES)
  if (next.length === 0) throw new BadRequest('cron: never comes: its day and month do not exist.')
  return { when: calendarWords(cron), next: next.map((at) => iso(at)) }
}

/** Creates a schedule. @throws NotFound for an unknown agent or campaign, BadRequest for a calendar that never comes or a name that is taken */
export async function createSchedule(deps: Deps, input: NewSchedule, keep: Keep) {
  previewSchedule(deps, input)
  const { like, ...given } = input
  const sealed = await deps.vault.seal(given.campaign)
  return deps.write(async (tx) => {
    const secrets = like === undefined ? undefined : (await findCampaign(tx.orm, like)).config
    const campaign = JSON.stringify(restored(sealed, secrets, 'campaign'))
    const at = deps.clock.now()
    const id = deps.newId()
    await requireRoom(tx)
    await requireAgents(tx, agentsOf(input.campaign))
    await requireKnown(tx, input.campaign, secrets)
    await requireFree(tx, input.name, id)
    const next = nextDue({ id, ...input }, at)
    const times = {
      next_due_at: next?.due ?? null,
      next_at: next?.at ?? null,
      created_at: at,
      updated_at: at,
    }
    await tx.orm.insert(schedules).values({ ...given, ...times, id, campaign })
    tx.emit(scheduleChanged.row({ name: input.name, deleted: false }, { source_id: id, at }))
    return keep(tx, { id })
  })
}

/** Changes a schedule; a new calendar counts from now on. @throws NotFound, BadRequest */
export async function changeSchedule(deps: Deps, id: string, change: ScheduleChange): Promise<void> {
  const sealed = change.campaign && (await deps.vault.seal(change.campaign))
  await deps.write(async (tx) => {
    const before = await findSchedule(tx.orm, id)
    const { campaign, ...fields } = change
    const row: ScheduleRow = { ...before, ...defined(fields), updated_at: deps.clock.now() }
    if (sealed) row.campaign = JSON.stringify(restored(sealed, JSON.parse(before.campaign), 'campaign'))
    previewSchedule(deps, row)
    if (campaign) {
      await requireAgents(tx, agentsOf(campaign))
      const { config } = JSON.parse(before.campaign) as { config: object }
      await requireKnown(tx, campaign, JSON.stringify(config))
    }
    if (row.name !== before.name) await requireFree(tx, row.name, id)
    // A pause leaves out what was due meanwhile: going on again is a new beginning.
    const isNew =
      row.cron !== before.cron || row.timezone !== before.timezone || row.jitter_s !== before.jitter_s
    if (isNew || (row.enabled && !before.enabled)) {
      const next = nextDue(row, row.updated_at)
      row.next_due_at = next?.due ?? null
      row.next_at = next?.at ?? null
    }
    await tx.orm.update(schedules).set(row).where(eq(schedules.id, id))
    tx.emit(scheduleChanged.row({ name: row.name, deleted: false }, { source_id: id, at: row.updated_at }))
  })
}

/** Deletes a schedule with the list of its due times; its campaigns and results stay. @throws NotFound */
export function deleteSchedule(deps: Deps, id: string): Promise<void> {
  return deps.write(async (tx) => {
    const { name } = await findSchedule(tx.orm, id)
    await tx.orm.delete(schedules).where(eq(schedules.id, id))
    tx.emit(scheduleChanged.row({ name, deleted: true }, { source_id: id, at: deps.clock.now() }))
  })
}

const agentsOf = ({ agent_id, config }: NewCampaign): string[] => [
  ...(agent_id ? [agent_id] : []),
  ...namedAgents(config),
]

async function requireRoom(tx: WriteTx) {
  const [row] = await tx.orm.select({ n: count() }).from(schedules)
  if ((row?.n ?? 0) >= MOST) throw new BadRequest(`There are ${MOST} schedules already: delete some first.`)
}

async function requireFree(tx: WriteTx, name: string, id: string) {
  const [row] = await tx.orm.select({ id: schedules.id }).from(schedules).where(eq(schedules.name, name))
  if (row && row.id !== id) throw new BadRequest(`name: a schedule "${name}" exists already.`)
}

import { and, asc, eq, inArray, isNotNull, lte, sql } from 'drizzle-orm'
import { type Given, reading } from '../../db/read.ts'
import { campaigns, runs, scheduleRuns, schedules, setupRuns, setups } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { ACTIVE_CAMPAIGN } from '../../lib/states.ts'
import { oneLine } from '../campaigns/log.ts'
import { formatsFor, launchIn } from '../campaigns/reconcile/launch.ts'
import { NewCampaign } from '../campaigns/schema.ts'
import { insertCampaign } from '../campaigns/service.ts'
import { every, iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { holdsLease, type Lease, releaseLease, takeLease } from '../maintenance/leader.ts'
import { setSetupState } from '../setups/state.ts'
import { type DueWork, dueWork, type ScheduleRow, type ScheduleRunRow } from './due.ts'
import { scheduleRun } from './events.ts'
import type { ScheduleOutcome } from './schema.ts'
import { findSchedule } from './service.ts'

const JOB = 'schedules'
const LOOK_MS = 5000
const HOUR_MS = 3_600_000
/** Of each schedule; a nightly one fills them in five years. */
const KEPT_RUNS = 2000

/**
 * Runs schedules whose time has come: now, and every 5 s. Of several servers on one database only the holder of the
 * lease does. Returns a function that stops it.
 */
export function startSchedules(deps: Deps): () => void {
  const holder = deps.newId()
  let lease: Lease | undefined
  let stopped = false
  const look = async (force = false) => {
    try {
      const now = deps.clock.now()
      const work = await pending(deps.db.read, { now })
      if (work.due.length + work.waiting.length + work.late.length === 0) return
      lease = await takeLease(deps, JOB, holder, force)
      if (lease) await workOff(deps, lease, work, now)
    } catch (error) {
      if (!stopped)
        deps.log.warn({ error: String(error) }, 'schedules were not looked at; the next look tries again')
    }
  }
  // A local database has one process: the previous holder of the lease has ended.
  void look(!deps.db.remote)
  const stop = every(deps.clock, LOOK_MS, () => look())
  return () => {
    stopped = true
    stop()
    if (lease) void releaseLease(deps, lease).catch(() => {})
  }
}

/** Schedules that are due, runs that wait, and runs whose result is late. */
const pending = reading((orm, given: Given<{ now: number }>) => ({
  due: orm
    .select()
    .from(schedules)
    .where(and(sql`enabled = 1`, lte(schedules.next_at, given('now'))))
    .orderBy(asc(schedules.next_at)),
  waiting: orm.select().from(scheduleRuns).where(sql`outcome = 'waiting'`),
  late: orm
    .select()
    .from(scheduleRuns)
    .where(and(isNotNull(scheduleRuns.expected_by), lte(scheduleRuns.expected_by, given('now'))))
    .limit(1),
}))

type Pending = Awaited<ReturnType<typeof pending>>

async function workOff(
  deps: Deps,
  lease: Lease,
  { due, waiting, late }: Pending,
  now: number,
): Promise<void> {
  for (const row of due) await runOne(deps, lease, row)
  for (const { schedule_id, due_at } of waiting) await startWaiting(deps, lease, schedule_id, due_at)
  if (late.length > 0) await noteMissing(deps, lease, now)
}

/** One due time: its row, its campaign and the next due time in one transaction. */
async function runOne(deps: Deps, lease: Lease, seen: ScheduleRow): Promise<void> {
  const formats = await formatsFor(deps, campaignOf(seen).config)
  const work = (then: (tx: WriteTx, row: ScheduleRow, work: DueWork) => Promise<void>) =>
    deps.write(async (tx) => {
      const row = await claim(deps, tx, lease, seen)
      if (!row) return
      for (const [i, due_at] of row.work.missed.entries()) {
        const others = row.work.earlier && i === 0 ? ', nor at others before it' : ''
        await note(deps, tx, row, {
          due_at,
          outcome: 'missed',
          reason: `No server ran at this time${others}.`,
        })
      }
      if (row.work.run !== undefined) await then(tx, row, row.work)
    })
  try {
    await work(async (tx, row, { run }) => begin(deps, tx, row, { due_at: run as number, formats }))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    // What a person must mend: noted, and the next due time comes as usual.
    const reason = error.message
    await work(async (tx, row, { run }) =>
      note(deps, tx, row, { due_at: run as number, outcome: 'failed', reason }),
    )
  }
}

type Claimed = ScheduleRow & { work: DueWork }

/** Moves a schedule to its next due time; undefined if another server or a change came first. */
async function claim(deps: Deps, tx: WriteTx, lease: Lease, seen: ScheduleRow): Promise<Claimed | undefined> {
  const [row] = await tx.orm
    .select()
    .from(schedules)
    .where(and(eq(schedules.id, seen.id), holdsLease(lease)))
  const work = row?.enabled ? dueWork(row, deps.clock.now()) : undefined
  if (!row || !work) return undefined
  await tx.orm
    .update(schedules)
    .set({ next_due_at: work.next?.due ?? null, next_at: work.next?.at ?? null })
    .where(eq(schedules.id, row.id))
  const { run } = work
  // After the clock was set back and the schedule changed, a due time may come again.
  const isNew = run !== undefined && !(await isNoted(tx, row.id, run))
  return { ...row, work: { ...work, run: isNew ? run : undefined } }
}

async function isNoted(tx: WriteTx, schedule_id: string, due_at: number): Promise<boolean> {
  const [row] = await tx.orm
    .select({ due_at: scheduleRuns.due_at })
    .from(scheduleRuns)
    .where(and(eq(scheduleRuns.schedule_id, schedule_id), eq(scheduleRuns.due_at, due_at)))
  return row !== undefined
}

type Formats = Awaited<ReturnType<typeof formatsFor>>

/** Starts the campaign of a due time, or notes why not. */
async function begin(deps: Deps, tx: WriteTx, row: ScheduleRow, run: { due_at: number; formats: Formats }) {
  const running = await activeCampaign(tx, row.id)
  if (!running) {
    await start(deps, tx, row, run)
    return
  }
  const { due_at } = run
  const still = `"${running.name}" still ran`
  if (row.overlap === 'skip') return note(deps, tx, row, { due_at, outcome: 'skipped', reason: `${still}.` })
  const [waits] = await tx.orm
    .select()
    .from(scheduleRuns)
    .where(and(eq(scheduleRuns.schedule_id, row.id), sql`outcome = 'waiting'`))
  if (waits)
    return note(deps, tx, row, { due_at, outcome: 'skipped', reason: `${still}, and another run waited.` })
  return note(deps, tx, row, {
    due_at,
    outcome: 'waiting',
    reason: `Waits until "${running.name}" has ended.`,
  })
}

/** The campaign of an earlier due time that has not ended. */
async function activeCampaign(tx: WriteTx, schedule_id: string) {
  const [row] = await tx.orm
    .select({ name: campaigns.name })
    .from(scheduleRuns)
    .innerJoin(campaigns, eq(campaigns.id, scheduleRuns.campaign_id))
    .where(and(eq(scheduleRuns.schedule_id, schedule_id), inArray(campaigns.status, ACTIVE_CAMPAIGN)))
    .limit(1)
  return row
}

/** Creates and launches the campaign. @throws AppError if it cannot be launched */
async function start(
  deps: Deps,
  tx: WriteTx,
  row: ScheduleRow,
  { due_at, formats, by_hand = false }: { due_at: number; formats: Formats; by_hand?: boolean },
): Promise<string> {
  const campaign = campaignOf(row)
  const named = { ...campaign, name: `${campaign.name} ${localTime(due_at, row.timezone)}` }
  const id = await insertCampaign(deps, tx, named, JSON.stringify(campaign.config))
  await launchIn(deps, tx, id, formats)
  await note(deps, tx, row, { due_at, outcome: 'started', by_hand, campaign_id: id })
  return id
}

type Noted = {
  due_at: number
  outcome: ScheduleOutcome
  reason?: string
  by_hand?: boolean
  campaign_id?: string
}

/** Writes what became of a due time, with its event. */
async function note(deps: Deps, tx: WriteTx, row: ScheduleRow, noted: Noted): Promise<void> {
  const { due_at, outcome, by_hand = false, campaign_id = null } = noted
  const reason = oneLine(noted.reason ?? '', 500)
  const at = deps.clock.now()
  const started = outcome === 'started' ? { started_at: at, expected_by: at + row.grace_h * HOUR_MS } : {}
  const values = { schedule_id: row.id, due_at, outcome, reason, by_hand, campaign_id, ...started }
  await tx.orm
    .insert(scheduleRuns)
    .values(values)
    .onConflictDoUpdate({
      target: [scheduleRuns.schedule_id, scheduleRuns.due_at],
      set: values,
      setWhere: eq(scheduleRuns.outcome, 'waiting'),
    })
  await tx.orm
    .delete(scheduleRuns)
    .where(
      and(
        eq(scheduleRuns.schedule_id, row.id),
        sql`${scheduleRuns.due_at} < (select due_at from schedule_runs where schedule_id = ${row.id} order by due_at desc limit 1 offset ${KEPT_RUNS})`,
      ),
    )
  tx.emit(
    scheduleRun.row(
      { name: row.name, due_at: iso(due_at), outcome, reason, campaign_id },
      { source_id: row.id, parent_id: campaign_id, at },
    ),
  )
}

/** Starts a run that waited, once the run before it has ended. */
async function startWaiting(deps: Deps, lease: Lease, schedule_id: string, due_at: number): Promise<void> {
  const waiting = async (tx: WriteTx) => {
    const [run] = await tx.orm
      .select({ schedule: schedules })
      .from(scheduleRuns)
      .innerJoin(schedules, eq(schedules.id, scheduleRuns.schedule_id))
      .where(
        and(
          eq(scheduleRuns.schedule_id, schedule_id),
          eq(scheduleRuns.due_at, due_at),
          eq(scheduleRuns.outcome, 'waiting'),
          holdsLease(lease),
        ),
      )
    return run && !(await activeCampaign(tx, schedule_id)) ? run.schedule : undefined
  }
  const formats = await formatsFor(deps, campaignOf(await findSchedule(deps.db.read, schedule_id)).config)
  try {
    await deps.write(async (tx) => {
      const row = await waiting(tx)
      if (row) await start(deps, tx, row, { due_at, formats })
    })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const reason = error.message
    await deps.write(async (tx) => {
      const row = await waiting(tx)
      if (row) await note(deps, tx, row, { due_at, outcome: 'failed', reason })
    })
  }
}

/** Notes runs whose campaign brought no result that passed within the grace. */
async function noteMissing(deps: Deps, lease: Lease, now: number): Promise<void> {
  const over = and(isNotNull(scheduleRuns.expected_by), lte(scheduleRuns.expected_by, now))
  await deps.write(async (tx) => {
    const late = await tx.orm
      .select({ run: scheduleRuns, schedule: schedules })
      .from(scheduleRuns)
      .innerJoin(schedules, eq(schedules.id, scheduleRuns.schedule_id))
      .where(and(over, holdsLease(lease)))
    for (const { run, schedule } of late) {
      const [result] = await tx.orm
        .select({ id: runs.id })
        .from(runs)
        .where(and(eq(runs.campaign_id, run.campaign_id ?? ''), sql`${runs.passed} is not 0`))
        .limit(1)
      const own = and(eq(scheduleRuns.schedule_id, run.schedule_id), eq(scheduleRuns.due_at, run.due_at))
      await tx.orm.update(scheduleRuns).set({ expected_by: null }).where(own)
      if (result) continue
      const reason = `No result that passed came within ${schedule.grace_h} h.`
      await tx.orm.update(scheduleRuns).set({ outcome: 'missing', reason }).where(own)
      for (const setup of await setupsWithout(tx, run)) await setSetupState(tx, setup, 'missing', now)
      const { due_at, campaign_id } = run
      tx.emit(
        scheduleRun.row(
          { name: schedule.name, due_at: iso(due_at), outcome: 'missing', reason, campaign_id },
          { source_id: schedule.id, parent_id: campaign_id, at: now },
        ),
      )
    }
  })
}

/** Healthy setups that earlier runs of the schedule brought results for, and this one did not. */
async function setupsWithout(tx: WriteTx, run: ScheduleRunRow): Promise<string[]> {
  const campaignsOf = sql`select campaign_id from schedule_runs where schedule_id = ${run.schedule_id} and due_at < ${run.due_at}`
  const found = await tx.orm
    .selectDistinct({ id: setups.id })
    .from(setups)
    .innerJoin(setupRuns, eq(setupRuns.setup_id, setups.id))
    .innerJoin(runs, eq(runs.seq, setupRuns.run_seq))
    .where(and(inArray(setups.state, ['steady', 'learning']), sql`${runs.campaign_id} in (${campaignsOf})`))
  return found.map(({ id }) => id)
}

/** Starts a schedule's campaign now, beside its due times. @throws NotFound, AppError if it cannot be launched */
export async function runNow(deps: Deps, id: string): Promise<{ due_at: string; campaign_id: string }> {
  const formats = await formatsFor(deps, campaignOf(await findSchedule(deps.db.read, id)).config)
  return deps.write(async (tx) => {
    const row = await findSchedule(tx.orm, id)
    const due_at = await freeTime(tx, id, deps.clock.now())
    const campaign_id = await start(deps, tx, row, { due_at, formats, by_hand: true })
    return { due_at: iso(due_at), campaign_id }
  })
}

/** The first time from `at` on that no row of the schedule has, and that is no due time: those are whole minutes. */
async function freeTime(tx: WriteTx, id: string, at: number): Promise<number> {
  const taken = await tx.orm
    .select({ due_at: scheduleRuns.due_at })
    .from(scheduleRuns)
    .where(and(eq(scheduleRuns.schedule_id, id), sql`${scheduleRuns.due_at} >= ${at}`))
  const times = new Set(taken.map(({ due_at }) => due_at))
  let free = at
  while (times.has(free) || free % 60_000 === 0) free += 1
  return free
}

const campaignOf = (row: ScheduleRow): NewCampaign => NewCampaign.parse(JSON.parse(row.campaign))

/** `2026-01-15 02:00` in a time zone. */
const localTime = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at)

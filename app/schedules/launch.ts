import { and, eq, inArray, sql } from 'drizzle-orm'
import { campaigns, scheduleRuns, schedules } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { ACTIVE_CAMPAIGN } from '../../lib/states.ts'
import { formatsFor, launchIn } from '../campaigns/reconcile/launch.ts'
import { NewCampaign } from '../campaigns/schema.ts'
import { insertCampaign } from '../campaigns/service.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { holdsLease, type Lease } from '../maintenance/leader.ts'
import { type DueWork, dueWork, type ScheduleRow } from './due.ts'
import { note } from './note.ts'
import { findSchedule } from './service.ts'

/** One due time: its row, its campaign and the next due time in one transaction. */
export async function runDue(deps: Deps, lease: Lease, seen: ScheduleRow): Promise<void> {
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

/** Starts a run that waited, once the run before it has ended. */
export async function startWaiting(
  deps: Deps,
  lease: Lease,
  schedule_id: string,
  due_at: number,
): Promise<void> {
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

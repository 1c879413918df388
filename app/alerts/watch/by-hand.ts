import { and, eq, gte } from 'drizzle-orm'
import { segments, setupRuns } from '../../../db/schema.ts'
import type { WriteTx } from '../../../db/writer.ts'
import { iso } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { BadRequest, WrongState } from '../../errors.ts'
import { actorOf, type Principal } from '../../principal.ts'
import { setSetupState } from '../../setups/state.ts'
import { refreshSetups } from '../../setups/summary.ts'
import { planRuns } from '../confirm/apply.ts'
import { obstacleOf, progressOf } from '../confirm/plan.ts'
import { madeFor } from '../confirm/proof.ts'
import { withdrawRuns } from '../confirm/withdraw.ts'
import { repeatWork } from '../confirm/work.ts'
import type { AlertNote, AlertSilence, AlertState } from '../schema.ts'
import { findAlert, getAlert } from '../service.ts'
import { stateWhile } from '../shown-state.ts'
import { type AlertRow, type Move, moveAlert, wrongStep } from '../states.ts'
import { cause, sizeOf } from '../words.ts'

/** A step that a person takes: how it is called in an error, and what it changes. */
type Taken = {
  what: string
  to: AlertState
  note: string
  reason: string
  set?: Move['set']
  also?(tx: WriteTx, alert: AlertRow, at: number): Promise<void>
}

async function take(deps: Deps, id: string, by: Principal, stepOf: (alert: AlertRow) => Taken) {
  await deps.write(async (tx) => {
    const found = await findAlert(tx.orm, id)
    const { what, also, ...step } = stepOf(found)
    const at = deps.clock.now()
    const moved = await moveAlert(tx, id, found.label ?? found.setup_id, { ...step, at, by: actorOf(by) })
    if (!moved) throw wrongStep(found, step.to, what)
    await also?.(tx, moved, at)
    await setSetupState(tx, moved.setup_id, stateWhile(moved.state) ?? 'steady', at)
    await refreshSetups(tx, [moved.setup_id], at)
  })
  return getAlert(deps, id)
}

/** A person looks after it. @throws NotFound, WrongState */
export const acknowledge = (deps: Deps, id: string, by: Principal, { note }: AlertNote) =>
  take(deps, id, by, ({ reason }) => ({ what: 'acknowledged', to: 'acknowledged', note, reason }))

/** The change stays: a new segment begins with its first run, which may be later than the one that raised it. @throws NotFound, WrongState */
export const accept = (deps: Deps, id: string, by: Principal, { note }: AlertNote) =>
  take(deps, id, by, (alert) => ({
    ...{ what: 'accepted', to: 'accepted', note, reason: alert.reason },
    set: { until_at: alert.from_at },
    also: beginSegment(note),
  }))

const beginSegment = (note: string) => async (tx: WriteTx, alert: AlertRow, at: number) => {
  const { setup_id, metric, delta_pct, began } = alert
  const from_at = Math.max(alert.from_at, began ? Date.parse(began.at) : alert.from_at)
  const differs = alert.differs.length > 0 ? alert.differs : (began?.differs ?? [])
  const size = `${metric} ${delta_pct > 0 ? '+' : '−'}${sizeOf(metric, delta_pct)}, accepted`
  const reason = [`${size}${note ? `: ${note}` : ''}.`, cause(differs)].join(' ')
  await tx.orm
    .insert(segments)
    .values({ setup_id, from_at, reason, alert_id: alert.id, created_at: at })
    .onConflictDoNothing()
  await judgeFrom(tx, setup_id, from_at)
}

/** Has the watch judge the runs of a setup from a time on again. */
async function judgeFrom(tx: WriteTx, setupId: string, at: number): Promise<void> {
  await tx.orm
    .update(setupRuns)
    .set({ judged: false })
    .where(and(eq(setupRuns.setup_id, setupId), gte(setupRuns.at, at)))
}

/** It is over, whatever the runs say. @throws NotFound, WrongState */
export const resolve = (deps: Deps, id: string, by: Principal, { note }: AlertNote) =>
  take(deps, id, by, (alert) => ({
    ...{ what: 'resolved', to: 'resolved', note, reason: note || 'Resolved by hand.' },
    set: { until_at: Math.max(alert.from_at, deps.clock.now()) },
  }))

/** It was none. @throws NotFound, WrongState */
export const falseAlarm = (deps: Deps, id: string, by: Principal, { note }: AlertNote) =>
  take(deps, id, by, (alert) => ({
    ...{ what: 'called a false alarm', to: 'false_alarm', note, reason: note || 'A false alarm.' },
    set: { until_at: alert.from_at },
    also: (tx, { id: ended }, at) => withdrawRuns(tx, ended, at),
  }))

/** Nothing is told of it until a time, or until the engine has another version. @throws NotFound, WrongState, BadRequest */
export const silence = (deps: Deps, id: string, by: Principal, asked: AlertSilence) =>
  take(deps, id, by, () => {
    const { until, version, reason } = asked
    if (until !== undefined && until <= deps.clock.now())
      throw new BadRequest('until: must be a time to come.', {
        details: [{ path: 'until', message: 'must be a time to come' }],
      })
    const ends = [
      ...(until === undefined ? [] : [iso(until)]),
      ...(version === undefined ? [] : [`version ${version}`]),
    ]
    return {
      ...{ what: 'silenced', to: 'silenced', note: reason },
      reason: `Silenced until ${ends.join(' or ')}: ${reason}`,
      set: { silenced_until: until ?? null, silenced_version: version ?? null },
    }
  })

/** Runs asked for by hand where the rule asks for none. */
const RUNS = 3

/** Runs it again now. @throws NotFound, WrongState if its run cannot be repeated */
export async function confirmByHand(deps: Deps, id: string, by: Principal, { note }: AlertNote) {
  await deps.write(async (tx) => {
    const at = deps.clock.now()
    const found = await findAlert(tx.orm, id)
    const work = await repeatWork(tx.orm, id, at)
    const runs = work?.confirm.runs || RUNS
    const confirm = { runs, spread_s: work?.confirm.spread_s ?? 0, control: false }
    const obstacle = work && obstacleOf({ ...work, confirm, since: at, byHand: true })
    if (obstacle !== undefined) throw new WrongState(obstacle)
    const made = await madeFor(tx.orm, id, found.setup_id, at)
    const waits = Array.from({ length: runs }, () => ({ state: 'waits' as const }))
    const step = {
      to: 'confirming',
      at,
      by: actorOf(by),
      note,
      reason: progressOf([...made, ...waits]),
    } as const
    const moved = work && (await moveAlert(tx, id, work.label, step))
    if (!moved) throw wrongStep(found, 'confirming', 'run again')
    const roles = waits.map(() => 'confirm' as const)
    await planRuns(tx, { alert: moved, made, confirm }, roles, at)
    await setSetupState(tx, moved.setup_id, 'confirming', at)
  })
  return getAlert(deps, id)
}

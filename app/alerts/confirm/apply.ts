import { and, eq } from 'drizzle-orm'
import { alertRuns, alerts } from '../../../db/schema.ts'
import type { WriteTx } from '../../../db/writer.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { alone } from '../../maintenance/alone.ts'
import { holdsLease, type Lease } from '../../maintenance/leader.ts'
import { BY_ITSELF } from '../../quicktests/ranks.ts'
import { queueTest } from '../../quicktests/service.ts'
import type { AlertState } from '../schema.ts'
import { tellAlert } from '../states.ts'
import { type Concerned, conclude, moveByItself } from './conclude.ts'
import { evidence } from './evidence.ts'
import { type ConfirmAction, planConfirm, progressOf } from './plan.ts'
import { type Made, madeFor } from './proof.ts'
import { withdrawRuns } from './withdraw.ts'
import { openSuspicions, type Suspicion, suspicionWork } from './work.ts'

/** The context of an action. */
type Step = { deps: Deps; tx: WriteTx; lease: Lease; work: Suspicion; at: number }

/** Takes every alert that waits for runs one step further, where its rows allow one. @returns how many waited */
export async function confirmOpen(deps: Deps, lease: Lease): Promise<number> {
  const ids = await openSuspicions(deps.db.read)
  for (const id of ids)
    await alone(deps, 'an alert was not confirmed; the next look tries again', { alert_id: id }, () =>
      confirmOne(deps, lease, id),
    )
  return ids.length
}

async function confirmOne(deps: Deps, lease: Lease, id: string): Promise<void> {
  // Planned without the write lock first: most of the time there is nothing to do.
  const seen = await suspicionWork(deps.db.read, id, deps.clock.now())
  if (!seen || planConfirm(seen).every((action) => isDone(seen, action))) return
  await deps.write(async (tx) => {
    const at = deps.clock.now()
    const work = await suspicionWork(tx.orm, id, at)
    if (!work) return
    for (const action of planConfirm(work)) await apply({ deps, tx, lease, work, at }, action)
  })
}

const isDone = ({ reason }: Suspicion, action: ConfirmAction) =>
  action.do === 'explain' && action.reason === reason

async function apply(step: Step, action: ConfirmAction): Promise<void> {
  switch (action.do) {
    case 'explain':
      return explain(step, action.reason)
    case 'begin':
      return begin(step, action.roles)
    case 'queue':
      return queue(step, action.run)
    case 'weigh':
      return decide(step, action.spare, action.because)
    case 'follow':
      return follow(step, action.lead, action.state, action.label)
  }
}

/** Keeps why an alert waits. */
async function explain({ tx, work, at, lease }: Step, reason: string): Promise<void> {
  const { alert, label } = work
  if (reason === alert.reason) return
  const [row] = await tx.orm
    .update(alerts)
    .set({ reason, updated_at: at })
    .where(and(eq(alerts.id, alert.id), eq(alerts.state, alert.state), holdsLease(lease)))
    .returning()
  if (row) tellAlert(tx, row, label, at)
}

async function begin(step: Step, roles: readonly Made['role'][]): Promise<void> {
  const { tx, work, at } = step
  const made = roles.map(() => ({ state: 'waits' as const }))
  if (!(await moveByItself(concernedOf(step), 'confirming', progressOf(made)))) return
  await planRuns(tx, work, roles, at)
  const first = (await madeFor(tx.orm, work.alert.id, work.alert.setup_id, at))[0]
  if (first) await queue(step, first)
}

/** Plans runs for an alert, after those that it has. */
export async function planRuns(
  tx: WriteTx,
  { alert, made, confirm }: Pick<Suspicion, 'alert' | 'made' | 'confirm'>,
  roles: readonly Made['role'][],
  at: number,
): Promise<void> {
  const after = Math.max(0, ...made.map(({ n }) => n))
  const rows = roles.map((role, i) => ({
    ...{ alert_id: alert.id, n: after + 1 + i, role },
    due_at: at + i * confirm.spread_s * 1000,
  }))
  await tx.orm.insert(alertRuns).values(rows)
}

async function queue(step: Step, { n, role }: Made): Promise<void> {
  const { deps, tx, work } = step
  const { test, alert, control } = work
  if (!test) return
  const { agent_id, model_path, engine_name, engine_mode, benchmark_name, suite_name, options } = test
  const profile_id = role === 'control' ? control : test.profile_id
  const asked = {
    ...{ agent_id, model_path, engine_name, benchmark_name, suite_name, force: true },
    engine_mode: engine_mode as 'docker' | 'native',
    ...(profile_id ? { profile_id } : {}),
    ...(options ? { options } : {}),
  }
  const own = and(eq(alertRuns.alert_id, alert.id), eq(alertRuns.n, n))
  try {
    const { id } = await queueTest(deps, tx, asked, { rank: BY_ITSELF })
    await tx.orm.update(alertRuns).set({ test_id: id }).where(own)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    await explain(step, error.message)
  }
}

const concernedOf = ({ tx, work, at, lease }: Step): Concerned => ({
  ...{ tx, at, alert: work.alert, label: work.label },
  where: holdsLease(lease),
})

/** All runs that were planned have an outcome: they decide, or two more do. What its host cannot run is withdrawn. */
async function decide(step: Step, spare: number, because?: string): Promise<void> {
  const { tx, work, at } = step
  if (because !== undefined) await withdrawRuns(tx, work.alert.id, at)
  const since = work.asked ?? Number.NEGATIVE_INFINITY
  const made = work.made.filter(({ asked_at }) => since <= (asked_at ?? since))
  const weighed = await evidence(tx.orm, work, made)
  const valid = made.filter(({ role, state }) => role === 'confirm' && state === 'valid').length
  const more = Math.min(spare, weighed.wanted - valid)
  if (weighed.outcome === 'more' && more > 0) {
    await planRuns(
      tx,
      work,
      Array.from({ length: more }, () => 'confirm' as const),
      at,
    )
    const all = await madeFor(tx.orm, work.alert.id, work.alert.setup_id, at)
    return explain(step, progressOf(all))
  }
  await conclude({ ...concernedOf(step), because, until: work.asked }, weighed, made)
}

/** The runs of another alert of the same cause speak for this one: by its own values where they measured it, too. */
async function follow(step: Step, lead: string, state: AlertState, label: string): Promise<void> {
  const { tx, work, at } = step
  const made = await madeFor(tx.orm, lead, work.alert.setup_id, at)
  const weighed = await evidence(tx.orm, work, made)
  const own = made.some((run) => run.role === 'confirm' && run.state === 'valid')
  // None is as before because another one is.
  if (own && (weighed.outcome !== 'more' || state === 'cleared'))
    return conclude(concernedOf(step), weighed, made)
  await moveByItself(concernedOf(step), state, `As that of ${label}, which has the same cause.`)
}

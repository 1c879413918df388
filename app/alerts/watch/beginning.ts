import { and, eq, gt, inArray, isNull, lte, max, or, sql } from 'drizzle-orm'
import type { Orm } from '../../../db/database.ts'
import { type Given, reading } from '../../../db/read.ts'
import { alerts, setups } from '../../../db/schema.ts'
import { HOLDING_ALERT } from '../../../lib/states.ts'
import type { Deps } from '../../deps.ts'
import { alone } from '../../maintenance/alone.ts'
import { holdsLease, type Lease } from '../../maintenance/leader.ts'
import { segmentOf } from '../../setups/segment.ts'
import { changesBetween, type Mark } from '../../setups/series.ts'
import { isWorseBy } from '../../setups/statistics/logs.ts'
import type { Threshold } from '../../setups/statistics/thresholds.ts'
import { refreshSetups } from '../../setups/summary.ts'
import { nextTurn } from '../../turns.ts'
import { storedMetrics } from '../confirm/weigh.ts'
import { watchRule } from '../rule.ts'
import { type AlertRow, tellAlert } from '../states.ts'

/** Later runs tell more exactly where it was: alerts that stand are looked at again so often, ms. */
const AGAIN_MS = 86_400_000
/** Alerts that are looked at in one go. */
const AT_ONCE = 100

/** Finds where the alerts that hold began: after each of their steps, and nightly. */
export async function findBeginnings(deps: Deps, lease: Lease): Promise<void> {
  const { due } = await dueAlerts(deps.db.read, { before: deps.clock.now() - AGAIN_MS, limit: AT_ONCE })
  for (const one of due) {
    await alone(
      deps,
      'the beginning of an alert was not found; the next look tries again',
      { alert_id: one.alert.id },
      () => findBeginning(deps, lease, one),
    )
    await nextTurn()
  }
}

type Due = Awaited<ReturnType<typeof dueAlerts>>['due'][number]

async function findBeginning(deps: Deps, lease: Lease, { alert, setup }: Due): Promise<void> {
  const began = await beginningOf(deps.db.read, alert, setup)
  await deps.write(async (tx) => {
    const at = deps.clock.now()
    const [row] = await tx.orm
      .update(alerts)
      .set({ began, searched_at: at })
      .where(and(eq(alerts.id, alert.id), eq(alerts.updated_at, alert.updated_at), holdsLease(lease)))
      .returning()
    if (!row || began?.result_id === alert.began?.result_id) return
    tellAlert(tx, row, setup.label, at)
    await refreshSetups(tx, [setup.id], at)
  })
}

const dueAlerts = reading((orm, given: Given<{ before: number; limit: number }>) => ({
  due: orm
    .select({ alert: alerts, setup: { id: setups.id, key: setups.key, label: setups.label } })
    .from(alerts)
    .innerJoin(setups, eq(setups.id, alerts.setup_id))
    .where(
      and(
        // While it is confirmed, the runs that tell are still to come.
        inArray(
          alerts.state,
          HOLDING_ALERT.filter((state) => state !== 'confirming'),
        ),
        or(isNull(alerts.searched_at), lte(alerts.searched_at, given('before'))),
      ),
    )
    .orderBy(alerts.created_at)
    .limit(given('limit')),
}))

/** The change point of the series that an alert is of; null while its runs do not show one. */
async function beginningOf(
  orm: Orm,
  alert: AlertRow,
  setup: { id: string; key: string },
): Promise<Mark | null> {
  const threshold = (await watchRule(orm, setup)).watched.get(alert.metric)
  if (!threshold) return null
  const { since, before } = await segmentOf(orm, setup.id, alert.from_at)
  // Where an earlier alert ended, its series was as before again: this one began after that.
  const { ended } = await endsBefore(orm, { setup: setup.id, at: alert.from_at })
  const from = Math.max(since, ended[0]?.at ?? since)
  const marks = await changesBetween(
    orm,
    { id: setup.id, metric: alert.metric, since: from, until: before },
    threshold,
  )
  const isDrift = storedMetrics(alert).some(([name, { drift }]) => name === alert.metric && drift)
  return beginningAmong(marks, alert.from_at, threshold, isDrift) ?? null
}

const endsBefore = reading((orm, given: Given<{ setup: string; at: number }>) => ({
  ended: orm
    .select({ at: max(alerts.until_at) })
    .from(alerts)
    .where(
      and(
        eq(alerts.setup_id, given('setup')),
        gt(alerts.until_at, alerts.from_at),
        sql`${alerts.until_at} <= ${given('at')}`,
      ),
    ),
}))

/**
 * Of the places where a series became worse, the one that lasted until the alert: the first for what became so slowly,
 * else the nearest.
 */
export function beginningAmong(
  marks: readonly Mark[],
  alertAt: number,
  { better }: Pick<Threshold, 'better'>,
  isDrift: boolean,
): Mark | undefined {
  const isBad = ({ delta_pct }: Mark) => isWorseBy(delta_pct / 100, better, 0)
  const distance = ({ at }: Mark) => Math.abs(Date.parse(at) - alertAt)
  const between = ({ at }: Mark, other: Mark) => {
    const [low, high] = [Date.parse(at), alertAt].sort((a, b) => a - b) as [number, number]
    const time = Date.parse(other.at)
    return time > low && time <= high
  }
  const lasting = marks.filter(
    (mark) => isBad(mark) && !marks.some((other) => !isBad(other) && between(mark, other)),
  )
  return isDrift ? lasting[0] : lasting.sort((a, b) => distance(a) - distance(b))[0]
}

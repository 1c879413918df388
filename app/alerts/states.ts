import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { alertSteps, alerts } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { HOLDING_ALERT, OPEN_SUSPICION, STANDING_ALERT } from '../../lib/states.ts'
import { WrongState } from '../errors.ts'
import { alert as alertEvent } from './events.ts'
import type { AlertState } from './schema.ts'
import { wholeReason } from './words.ts'

export type AlertRow = typeof alerts.$inferSelect

/** Who moves an alert by itself. */
export const KITT = 'kitt'

/** The states from which each state may be reached. What is in no list of others never changes again. */
export const REACHED_FROM: Record<AlertState, readonly AlertState[]> = {
  suspect: [],
  confirming: ['suspect', 'unclear', 'environment'],
  confirmed: [...OPEN_SUSPICION, 'unclear', 'silenced'],
  acknowledged: ['confirmed', 'silenced'],
  silenced: ['suspect', 'confirmed', 'acknowledged', 'unclear', 'environment'],
  cleared: [...OPEN_SUSPICION, 'unclear'],
  unclear: OPEN_SUSPICION,
  environment: [...OPEN_SUSPICION, 'unclear', 'silenced'],
  accepted: ['suspect', 'confirmed', 'acknowledged', 'silenced', 'unclear', 'environment'],
  resolved: [...STANDING_ALERT, 'unclear', 'environment'],
  false_alarm: HOLDING_ALERT,
  closed: HOLDING_ALERT,
}

/** The error for a step that the state of an alert does not allow. */
export function wrongStep({ state }: Pick<AlertRow, 'state'>, to: AlertState, what: string): WrongState {
  const allowed = REACHED_FROM[to].join(', ').replace(/, ([\w]+)$/, ' or $1')
  return new WrongState(
    `The alert is ${state.replace('_', ' ')}; only one that is ${allowed} can be ${what}.`,
  )
}

export type Move = {
  to: AlertState
  at: number
  by: string
  /** Why, in words: kept with the step, and shown with the alert. */
  reason: string
  /** The note of the step, if it is not the reason. */
  note?: string
  set?: Partial<AlertRow> | undefined
  where?: SQL | undefined
}

/** What the event of an alert tells. */
type Told = Pick<
  AlertRow,
  'id' | 'setup_id' | 'agent_id' | 'state' | 'metric' | 'delta_pct' | 'reason' | 'from_at'
> &
  Partial<Pick<AlertRow, 'began'>>

/** Moves an alert to another state, with its step and event; undefined if its present state does not allow it. */
export async function moveAlert(
  tx: WriteTx,
  id: string,
  label: string,
  { to, at, by, reason, note = reason, set = {}, where }: Move,
): Promise<AlertRow | undefined> {
  const [row] = await tx.orm
    .update(alerts)
    .set({ ...set, state: to, reason, updated_at: at, searched_at: null })
    .where(and(eq(alerts.id, id), inArray(alerts.state, REACHED_FROM[to]), where))
    .returning()
  if (!row) return undefined
  await addStep(tx, row, { at, by, note })
  tellAlert(tx, row, label, at)
  return row
}

/** Adds the present state of an alert to its history. */
export async function addStep(
  tx: WriteTx,
  { id, state }: Pick<AlertRow, 'id' | 'state'>,
  { at, by, note }: { at: number; by: string; note: string },
): Promise<void> {
  const n = sql<number>`(select coalesce(max(n), 0) + 1 from ${alertSteps} where alert_id = ${id})`
  await tx.orm.insert(alertSteps).values({ alert_id: id, n, state, at, by, note })
}

/** Tells subscribers of an alert's present state. */
export function tellAlert(tx: WriteTx, row: Told, label: string, at: number): void {
  const { id: alert_id, state, metric, delta_pct } = row
  tx.emit(
    alertEvent.row(
      { alert_id, state, metric, delta_pct, label, reason: wholeReason(row) },
      { source_id: row.setup_id, parent_id: row.agent_id, at },
    ),
  )
}

import type { SQL } from 'drizzle-orm'
import type { WriteTx } from '../../../db/writer.ts'
import { setSetupState } from '../../setups/state.ts'
import { refreshSetups } from '../../setups/summary.ts'
import type { AlertState } from '../schema.ts'
import { stateWhile } from '../shown-state.ts'
import { type AlertRow, KITT, type Move, moveAlert } from '../states.ts'
import { isEnvironment } from './environment.ts'
import type { Evidence } from './evidence.ts'
import type { Made } from './proof.ts'
import { outcomeWords } from './words.ts'

/** An alert and the condition under which it may be moved. */
export type Concerned = {
  tx: WriteTx
  alert: AlertRow
  label: string
  at: number
  where?: SQL | undefined
  /** Why it waits no longer for its runs, in words. */
  because?: string | undefined
  /** Until when it was so, if it is not any more; it never was if unknown. Epoch ms. */
  until?: number | undefined
}

/** Moves an alert by itself, and shows its setup so; false if its present state does not allow it. */
export async function moveByItself(
  { tx, alert, label, at, where }: Concerned,
  to: AlertState,
  reason: string,
  set: Move['set'] = {},
): Promise<boolean> {
  const moved = await moveAlert(tx, alert.id, label, { to, at, by: KITT, reason, set, where })
  if (!moved) return false
  await setSetupState(tx, alert.setup_id, stateWhile(to) ?? 'steady', at)
  // What its last run is held against may be another stretch now.
  await refreshSetups(tx, [alert.setup_id], at)
  return true
}

/** Ends the confirming of an alert by what its runs tell. */
export async function conclude(
  concerned: Concerned,
  weighed: Evidence,
  made: readonly Made[],
): Promise<void> {
  const { tx } = concerned
  const { metrics, metric, delta_pct, differs, isBack } = weighed
  const alert = { ...concerned.alert, differs }
  const outcome = weighed.outcome === 'more' ? 'unclear' : weighed.outcome
  const isWorse = outcome === 'confirmed'
  // On the engine from before, what was another one for a while is no cause.
  const about = isBack ? { ...alert, differs: [] } : alert
  const machine = isWorse ? await isEnvironment(tx.orm, about, weighed.controlIsSlow) : undefined
  const to = machine === undefined ? outcome : 'environment'
  await moveByItself(
    concerned,
    to,
    outcomeWords(alert, weighed, made, { machine, because: concerned.because }),
    {
      ...{ metrics: metrics as Record<string, unknown>, metric, delta_pct, differs },
      ...(to === 'cleared' ? { until_at: concerned.until ?? alert.from_at } : {}),
    },
  )
}

import { and, eq, inArray, isNull, or } from 'drizzle-orm'
import { type Given, reading } from '../../../db/read.ts'
import { alertRuns, alerts, runs, setups } from '../../../db/schema.ts'
import type { WriteTx } from '../../../db/writer.ts'
import { HOLDING_ALERT, OPEN_SUSPICION } from '../../../lib/states.ts'
import type { Deps } from '../../deps.ts'
import { alone } from '../../maintenance/alone.ts'
import { holdsLease, type Lease } from '../../maintenance/leader.ts'
import { moveByItself } from '../confirm/conclude.ts'
import { withdrawRuns } from '../confirm/withdraw.ts'
import { endSilences } from './silences.ts'

/** Ends what has outlived its reason: a silence, and alerts whose setup or run was deleted. */
export async function expireAlerts(deps: Deps, lease: Lease): Promise<void> {
  const { gone } = await expired(deps.db.read, {})
  for (const { alert, label } of gone) {
    const reason =
      label === null
        ? 'Its setup was deleted, with all of its runs.'
        : 'The run that raised the suspicion was deleted.'
    const close = async (tx: WriteTx) => {
      const at = deps.clock.now()
      const set = { until_at: alert.from_at }
      const concerned = { tx, alert, label: label ?? alert.setup_id, at, where: holdsLease(lease) }
      if (await moveByItself(concerned, 'closed', reason, set)) await withdrawRuns(tx, alert.id, at)
    }
    await alone(deps, 'an alert was not ended; the next look tries again', { alert_id: alert.id }, () =>
      deps.write(close),
    )
  }
  await endSilences(deps, lease)
}

const expired = reading((orm, _given: Given<object>) => ({
  gone: orm
    .select({ alert: alerts, label: setups.label })
    .from(alerts)
    .leftJoin(setups, eq(setups.id, alerts.setup_id))
    .leftJoin(alertRuns, and(eq(alertRuns.alert_id, alerts.id), eq(alertRuns.role, 'suspect')))
    .leftJoin(runs, eq(runs.id, alertRuns.result_id))
    .where(
      and(
        inArray(alerts.state, [...HOLDING_ALERT]),
        or(isNull(setups.id), and(inArray(alerts.state, [...OPEN_SUSPICION]), isNull(runs.id))),
      ),
    ),
}))

import { and, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import { type Given, reading } from '../../../db/read.ts'
import { alertRuns, alerts, environments, runs, setupRuns, setups } from '../../../db/schema.ts'
import type { WriteTx } from '../../../db/writer.ts'
import { HOLDING_ALERT, OPEN_SUSPICION } from '../../../lib/states.ts'
import type { Deps } from '../../deps.ts'
import { alone } from '../../maintenance/alone.ts'
import { holdsLease, type Lease } from '../../maintenance/leader.ts'
import { moveByItself } from '../confirm/conclude.ts'
import { withdrawRuns } from '../confirm/withdraw.ts'

/** Ends what has outlived its reason: a silence, and alerts whose setup or run was deleted. */
export async function expireAlerts(deps: Deps, lease: Lease): Promise<void> {
  const { gone, silenced } = await expired(deps.db.read, {})
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
  const now = deps.clock.now()
  for (const { alert, label, version } of silenced) {
    const ends = endOfSilence(alert, version, now)
    if (!ends) continue
    const set = { silenced_until: null, silenced_version: null }
    const end = (tx: WriteTx) =>
      moveByItself({ tx, alert, label, at: now, where: holdsLease(lease) }, 'confirmed', ends, set)
    await alone(deps, 'an alert was not ended; the next look tries again', { alert_id: alert.id }, () =>
      deps.write(end),
    )
  }
}

type Silenced = { silenced_until: number | null; silenced_version: string | null }

/** Why a silence ends, in words; undefined while it lasts. */
function endOfSilence(
  { silenced_until, silenced_version }: Silenced,
  version: string | null,
  now: number,
): string | undefined {
  if (silenced_until !== null && now >= silenced_until) return 'The silence ended at its time.'
  if (silenced_version !== null && version !== null && atLeast(version, silenced_version))
    return `The silence ended with the engine's version ${version}.`
  return undefined
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
  silenced: orm
    .select({
      alert: alerts,
      label: setups.label,
      // Of the latest run.
      version: sql<string | null>`(select json_extract(${environments.facts}, '$.engine_version')
        from ${setupRuns} join ${environments} on ${environments.id} = ${setupRuns.environment_id}
        where ${setupRuns.setup_id} = ${alerts.setup_id} order by ${setupRuns.at} desc limit 1)`,
    })
    .from(alerts)
    .innerJoin(setups, eq(setups.id, alerts.setup_id))
    .where(eq(alerts.state, 'silenced')),
}))

/** The parts of a version: numbers and words. */
const PARTS = /\d+|[a-z]+/gi

/** Whether a version is another one or a later one: `0.11.10` is at least `0.11.2`; `1.0rc1` is before `1.0`. */
function atLeast(version: string, wanted: string): boolean {
  const [a, b] = [version, wanted].map((text) => text.replace(/^v/i, '').match(PARTS) ?? [])
  for (let i = 0; i < Math.max(a?.length ?? 0, b?.length ?? 0); i++) {
    const order = compare(a?.[i], b?.[i])
    if (order !== 0) return order > 0
  }
  return true
}

/** A missing part comes before a number, and after a word: words name what comes before a release. */
function compare(a: string | undefined, b: string | undefined): number {
  const rank = (part: string | undefined) => (part === undefined ? 1 : /\d/.test(part) ? 2 : 0)
  if (rank(a) !== rank(b)) return rank(a) - rank(b)
  if (a === undefined || b === undefined || a === b) return 0
  return rank(a) === 2 ? Number(a) - Number(b) : a < b ? -1 : 1
}

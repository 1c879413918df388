import type { Orm } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import type { RuleHealth } from './schema.ts'

type Row = { alerts: number; confirmed: number; cleared: number; false_alarms: number; up: number }

/** What a rule has led to; of all setups without an id. */
export async function healthOf(orm: Orm, setupId?: string): Promise<RuleHealth> {
  const where = setupId === undefined ? sql`true` : sql`setup_id = ${setupId}`
  const [row] = await query<Row>(
    orm,
    sql`SELECT count(*) AS alerts, count(*) FILTER (WHERE state = 'cleared') AS cleared,
      count(*) FILTER (WHERE state = 'false_alarm') AS false_alarms, count(*) FILTER (WHERE delta_pct > 0) AS up,
      count(*) FILTER (WHERE EXISTS (
        SELECT 1 FROM alert_steps AS s WHERE s.alert_id = alerts.id AND s.state = 'confirmed')) AS confirmed
      FROM alerts WHERE ${where}`,
  )
  const { alerts = 0, confirmed = 0, cleared = 0, false_alarms = 0, up = 0 } = row ?? {}
  const oneSided = alerts === 0 ? null : (100 * Math.max(up, alerts - up)) / alerts
  return { alerts, confirmed, cleared, false_alarms, one_sided_pct: oneSided }
}

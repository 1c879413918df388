import { literals } from '../../db/schema/columns.ts'
import { raw, type Sql, sql } from '../../db/sql.ts'
import { HOLDING_ALERT } from '../../lib/states.ts'

/**
 * When what an alert that holds is about began, epoch ms: its bad runs are no reference for those after them. Where
 * the series shows a change before the run that raised it, that is its beginning. Null without such an alert.
 * @param id the setup, as SQL
 */
export const heldFrom = (id: Sql): Sql =>
  sql`(SELECT min(min(from_at, coalesce(round(unixepoch(began ->> '$.at', 'subsec') * 1000), from_at)))
    FROM alerts WHERE setup_id = ${id} AND state IN ${raw(literals(HOLDING_ALERT))})`

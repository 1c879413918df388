import type { Orm } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { BadRequest } from '../errors.ts'

/** A segment: when it begins, and the bounds of its runs in epoch ms, `before` exclusive. */
export type Bounds = { from: number; since: number; before: number }

/**
 * The segment of a setup that a time is in; the latest by default. The first also holds what arrives late with a time
 * before it. @throws BadRequest if there is no such setup
 */
export async function segmentOf(orm: Orm, setupId: string, time?: number): Promise<Bounds> {
  const [setup] = await query<{ created_at: number }>(
    orm,
    sql`SELECT created_at FROM setups WHERE id = ${setupId}`,
  )
  if (!setup) throw new BadRequest(`There is no setup ${setupId}. "kitt setups list" shows all.`)
  const rows = await query<{ from_at: number }>(
    orm,
    sql`SELECT from_at FROM segments WHERE setup_id = ${setupId} ORDER BY from_at`,
  )
  const starts = rows.map(({ from_at }) => from_at)
  const last = time === undefined ? starts.length - 1 : starts.findLastIndex((start) => start <= time)
  const at = Math.max(0, last)
  return {
    from: starts[at] ?? setup.created_at,
    since: at === 0 ? Number.MIN_SAFE_INTEGER : (starts[at] as number),
    before: starts[at + 1] ?? Number.MAX_SAFE_INTEGER,
  }
}

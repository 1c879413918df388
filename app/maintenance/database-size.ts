import { sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'

const MIB = 1024 * 1024
const WARN_AT = 0.8

/** Warns where the whole database has grown to 80 % of what it may have: before the disk is full. */
export async function watchDatabaseSize({
  config,
  db,
  log,
}: Pick<Deps, 'config' | 'db' | 'log'>): Promise<void> {
  const most = config.database_max_mib
  if (most === 0) return
  const [row] = await db.read.all<{ bytes: number }>(
    sql`SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size`,
  )
  const mib = Math.round((row?.bytes ?? 0) / MIB)
  if (mib < most * WARN_AT) return
  log.warn(
    { mib, database_max_mib: most },
    `the database has ${mib} MiB of ${most}: "kitt db info" shows what grows; delete results, or raise KITT_DATABASE_MAX_MIB`,
  )
}

import { sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'

/** Asks the database for something only it can answer. */
export async function databaseAnswers({ db, log }: Deps): Promise<boolean> {
  try {
    await db.read.get(sql`select 1 from agents limit 1`)
    return true
  } catch (error) {
    log.error({ error: String(error) }, 'the database does not answer')
    return false
  }
}

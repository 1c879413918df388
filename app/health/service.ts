import { sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'

/** Asks the database for something only it can answer. */
export async function databaseAnswers({ db, log }: Deps): Promise<boolean> {
  try {
    await db.read.all(sql`select 1 from agents limit 1`)
    return true
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    log.error({ error: String(error), cause: String(cause) }, 'the database does not answer')
    return false
  }
}

import { settings } from '../../db/schema.ts'
import { soon } from '../../lib/soon.ts'
import type { Deps } from '../deps.ts'

/**
 * Whether the database answers. Concurrent calls share one query: the route is open to everyone and must not load
 * the database.
 */
export function databaseCheck(deps: Deps): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined
  const forget = () => {
    answer = undefined
  }
  return () => {
    answer ??= databaseAnswers(deps).finally(() => soon(forget))
    return answer
  }
}

/** Reads a row; false if that or the last write failed. */
async function databaseAnswers({ db, log, writer }: Deps): Promise<boolean> {
  if (writer.failing) return false
  try {
    await (db.primary ?? db.reader).execute('select 1 from agents limit 1')
    return true
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    log.error({ error: String(error), cause: String(cause) }, 'the database does not answer')
    return false
  }
}

/** After a failed write, tries another, so that health recovers without traffic. */
export async function probeDatabase({ clock, write, writer }: Deps): Promise<void> {
  if (!writer.failing) return
  const row = { key: 'health.probe', value: '', updated_at: clock.now() }
  await write(async (tx) => {
    await tx.orm.insert(settings).values(row).onConflictDoUpdate({ target: settings.key, set: row })
  })
}

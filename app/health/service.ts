import { settings } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'

/** For so long, an answer of the database stands for those after it. */
const FRESH_MS = 10

/**
 * Whether the database answers. Calls at about the same time share one query: the route is open to everyone and must
 * not load the database.
 */
export function databaseCheck(deps: Deps): () => Promise<boolean> {
  const { clock } = deps
  let answer: Promise<boolean> | undefined
  let until = 0
  return () => {
    if (answer && clock.monotonic() < until) return answer
    until = Number.POSITIVE_INFINITY
    answer = databaseAnswers(deps).finally(() => {
      until = clock.monotonic() + FRESH_MS
    })
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

import { settings } from '../../db/schema.ts'
import { soon } from '../../lib/soon.ts'
import type { Deps } from '../deps.ts'

/**
 * Whether the database answers. Everybody who wants to know in one turn of the event loop, or while it is being asked,
 * gets the same answer: the question is open to all, and must not keep the database from its work.
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

/** Asks the database for something only it can answer; one that takes no writes does not count as answering. */
async function databaseAnswers({ db, log, writer }: Deps): Promise<boolean> {
  if (writer.failing) return false
  try {
    await db.reader.execute('select 1 from agents limit 1')
    return true
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    log.error({ error: String(error), cause: String(cause) }, 'the database does not answer')
    return false
  }
}

/** Tries to write where writing failed, so that it is known when it works again. */
export async function probeDatabase({ clock, write, writer }: Deps): Promise<void> {
  if (!writer.failing) return
  const row = { key: 'health.probe', value: '', updated_at: clock.now() }
  await write(async (tx) => {
    await tx.orm.insert(settings).values(row).onConflictDoUpdate({ target: settings.key, set: row })
  })
}

import { join } from 'node:path'
import { openJournal } from './journal.ts'
import { createOutbox, type Outbox, type OutboxOptions } from './outbox.ts'

/**
 * An outbox on disk, `$KITT_HOME/spool/journal.jsonl`: what a killed agent could not deliver, the next one does.
 * @param say told when the disk does not take what is written
 * @throws where the folder cannot be written
 */
export async function openSpool(
  home: string,
  options: Omit<OutboxOptions, 'journal'>,
  say: (line: string) => void,
): Promise<Outbox & { synced(): Promise<void> }> {
  const journal = await openJournal(join(home, 'spool', 'journal.jsonl'), say)
  return Object.assign(createOutbox({ ...options, journal }), { synced: () => journal.synced() })
}

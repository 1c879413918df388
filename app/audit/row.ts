import type { audit } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { changed } from './events.ts'

export type AuditRow = Omit<typeof audit.$inferInsert, 'id'>

const TARGET_MAX = 200
const SUMMARY_MAX = 300

/** Writes an entry within a unit of work; what was done is told to the pages too. */
export async function insertAudit(tx: WriteTx, row: AuditRow): Promise<void> {
  const { at, actor, action, address, outcome } = row
  const target = cut(row.target, TARGET_MAX)
  if (outcome === 'done') tx.emit(changed.row({ action }, { source_id: target, at }))
  await tx.execute(
    'INSERT INTO audit (at, actor, action, target, address, outcome, summary) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [at, actor, action, target, address, outcome, cut(row.summary, SUMMARY_MAX)],
  )
}

const cut = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text)

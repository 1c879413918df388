import type { audit } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'

export type AuditRow = Omit<typeof audit.$inferInsert, 'id'>

const TARGET_MAX = 200
const SUMMARY_MAX = 300

/** Writes an entry within a unit of work. */
export async function insertAudit(tx: WriteTx, row: AuditRow): Promise<void> {
  const { at, actor, action, target, address, outcome, summary } = row
  await tx.execute(
    'INSERT INTO audit (at, actor, action, target, address, outcome, summary) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [at, actor, action, cut(target, TARGET_MAX), address, outcome, cut(summary, SUMMARY_MAX)],
  )
}

const cut = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text)

import { eq } from 'drizzle-orm'
import { quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import { NotFound } from '../errors.ts'
import { type Principal, requireAgent } from '../principal.ts'
import type { TestRow } from '../quicktests/events.ts'
import { type AttemptRow, findAttempt } from './attempts.ts'

/** What a report is about: an attempt, or a test that nobody was offered yet. */
export type Reported = { test: TestRow; attempt: AttemptRow | undefined }

/** The attempt that a wire id means, if the caller may speak for it. @throws NotFound, Forbidden */
export async function findReported(tx: WriteTx, principal: Principal, id: string): Promise<Reported> {
  const found = await findAttempt(tx.orm, id)
  if (found) {
    requireAgent(principal, found.attempt.agent_id)
    return found
  }
  const [test] = await tx.orm.select().from(quickTests).where(eq(quickTests.id, id))
  if (!test) throw new NotFound('There is no such quick test.')
  requireAgent(principal, test.agent_id)
  return { test, attempt: undefined }
}

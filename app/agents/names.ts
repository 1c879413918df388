import { eq } from 'drizzle-orm'
import { agents } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { BadRequest } from '../errors.ts'
import { NewName } from '../http/fields.ts'

/**
 * Checks a new name for an agent.
 * @param ownId the agent's own id, which is allowed as its name
 * @throws BadRequest if the name is invalid or could be mistaken for another
 */
export async function checkNewName(tx: WriteTx, name: string, ownId?: string): Promise<void> {
  const { error } = NewName.safeParse(name)
  if (error) refuse(error.issues[0]?.message ?? 'is not valid')
  await refuseIdAsName(tx, name, ownId)
}

/** Agents are addressed by name or id, so a name must not be another agent's id. @throws BadRequest */
export async function refuseIdAsName(tx: WriteTx, name: string, ownId?: string): Promise<void> {
  if (name === ownId) return
  const [other] = await tx.orm.select({ id: agents.id }).from(agents).where(eq(agents.id, name))
  if (other) refuse('must not be the id of another agent')
}

function refuse(message: string): never {
  throw new BadRequest(`name: ${message}.`, { details: [{ path: 'name', message }] })
}

import type { Context } from 'hono'
import { rawMembers } from '../../lib/raw-members.ts'
import { nextTurn } from '../turns.ts'
import type { Env } from './env.ts'

/** A text of more than this is worked on step by step: others have their turn in between. In UTF-16 units. */
const LARGE = 1024 * 1024

/** The text of one member of the request's JSON body as it came; undefined where it is absent or null. */
export async function rawMember(c: Context<Env>, key: string): Promise<string | undefined> {
  const text = await c.req.text()
  const isLarge = text.length > LARGE
  if (isLarge) await nextTurn()
  const raw = rawMembers(text).findLast((member) => member.key === key)?.raw
  if (isLarge) await nextTurn()
  return raw === 'null' ? undefined : raw
}

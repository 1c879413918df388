import type { Context } from 'hono'
import { rawMembers } from '../results/raw.ts'
import type { Env } from './env.ts'

/** The text of one member of the request's JSON body as it came; undefined where it is absent or null. */
export async function rawMember(c: Context<Env>, key: string): Promise<string | undefined> {
  const raw = rawMembers(await c.req.text()).findLast((member) => member.key === key)?.raw
  return raw === 'null' ? undefined : raw
}

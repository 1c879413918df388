import type { Context } from 'hono'
import { rawMember } from '../../lib/raw-members.ts'
import type { Env } from './env.ts'

/** The text of one member of the request's JSON body as it came; undefined where it is absent or null. */
export const rawBodyMember = async (c: Context<Env>, key: string): Promise<string | undefined> =>
  rawMember(await c.req.text(), key)

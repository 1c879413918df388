import type { Context } from 'hono'
import { rawMember } from '../../lib/raw-members.ts'
import type { Env } from './env.ts'

/** The raw text of one member of the JSON body; undefined if absent or null. */
export const rawBodyMember = async (c: Context<Env>, key: string): Promise<string | undefined> =>
  rawMember(await c.req.text(), key)

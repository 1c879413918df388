import type { Context } from 'hono'
import type { Deps } from '../deps.ts'
import type { Env } from './env.ts'

/** The public URL of this server: as configured, otherwise from the request. */
export const publicUrl = ({ config }: Deps, c: Context<Env>): string =>
  (config.public_url ?? c.get('origin')).replace(/\/+$/, '')

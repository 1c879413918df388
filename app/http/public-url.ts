import type { Context } from 'hono'
import type { Deps } from '../deps.ts'
import type { Env } from './env.ts'

/** The URL by which others reach this server: as configured, otherwise as this request did. */
export const publicUrl = ({ config }: Deps, c: Context<Env>): string =>
  (config.public_url ?? c.var.origin).replace(/\/+$/, '')

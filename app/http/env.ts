import { Hono } from 'hono'
import type { Principal } from '../principal.ts'

/** What travels with a request. */
export type Env = {
  /** From the listener: the peer's address, and what ends its connection at once. */
  Bindings: { remoteAddress?: string; cut?(): void }
  Variables: { principal: Principal; request_id: string }
}

/** A sub-router; a trailing slash makes no difference. */
export const router = () => new Hono<Env>({ strict: false })

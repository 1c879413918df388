import { every } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { LEASE_MS, type Lease, releaseLease, takeLease } from './leader.ts'

type Running = { stop(): Promise<void> }

/**
 * Runs a job on only one of several servers that share a database: at once on a local one, otherwise while this
 * server holds the lease of that name.
 */
export function onOneServer(deps: Deps, name: string, start: () => Running): Running {
  if (!deps.db.remote) return start()
  const holder = deps.newId()
  let lease: Lease | undefined
  let running: Running | undefined
  let stopped = false
  const renew = async () => {
    try {
      lease = await takeLease(deps, name, holder)
    } catch (error) {
      // A running job goes on: without the database it can change nothing, and no other server can take the lease.
      return deps.log.debug({ error: String(error) }, `the lease of ${name} was not renewed`)
    }
    if (lease && !stopped) running ??= start()
    else await end()
  }
  const end = async () => {
    await running?.stop()
    running = undefined
  }
  let renewing = renew()
  const stopRenewing = every(deps.clock, LEASE_MS / 3, () => (renewing = renew()))
  return {
    async stop() {
      stopped = true
      stopRenewing()
      await renewing
      await end()
      if (lease) await releaseLease(deps, lease).catch(() => {})
    },
  }
}

import { every } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { giveLease, LEASE_MS, type Lease, takeLease } from './leader.ts'

type Running = { stop(): Promise<void> }

/**
 * Starts what only one of several servers on a database may run: here at once where there are no others, else when
 * this one gets the lease of that name. It ends when the lease is lost.
 */
export function onOneServer(deps: Deps, name: string, start: () => Running): Running {
  if (!deps.db.remote) return start()
  const holder = deps.newId()
  let lease: Lease | undefined
  let running: Running | undefined
  let stopped = false
  const look = async () => {
    try {
      lease = await takeLease(deps, name, holder)
    } catch (error) {
      // Without its database no server can do anything: who had the lease will have it again, or be told.
      return deps.log.debug({ error: String(error) }, `${name} wait for the next look`)
    }
    if (lease && !stopped) running ??= start()
    else await end()
  }
  const end = async () => {
    await running?.stop()
    running = undefined
  }
  let looking = look()
  const stopLooking = every(deps.clock, LEASE_MS / 3, () => (looking = look()))
  return {
    async stop() {
      stopped = true
      stopLooking()
      await looking
      await end()
      if (lease) await giveLease(deps, lease).catch(() => {})
    },
  }
}

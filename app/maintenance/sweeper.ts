import { every } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { LOOK_MS } from '../events/poll-events.ts'
import { probeDatabase } from '../health/service.ts'
import { watchDatabaseSize } from './database-size.ts'
import { expireAgents, expireAttempts, expireTests } from './expiry.ts'
import { retain } from './retention.ts'
import type { Since } from './since.ts'

const SWEEP_MS = 2000
const KEEPALIVE_MS = 7500
const HOUR_MS = 3_600_000
/** A clock that moved this much more or less than time passed was set. */
const JUMP_MS = 15_000
/** A look that comes this late was kept from coming: the process stood still, and heard nobody. */
const ABSENT_MS = 30_000

/** Watches deadlines without anybody asking; returns what stops it. */
export function startSweeper(deps: Deps): () => void {
  let since: Since = { grace: deps.startedAt, trusted: 0 }
  let seen = { wall: deps.clock.now(), steady: deps.clock.monotonic() }
  const sweepOnce = async () => {
    const now = { wall: deps.clock.now(), steady: deps.clock.monotonic() }
    const passed = now.steady - seen.steady
    const jump = now.wall - seen.wall - passed
    seen = now
    if (Math.abs(jump) > JUMP_MS) {
      deps.log.warn({ seconds: Math.round(jump / 1000) }, 'the clock was set; deadlines count anew')
      since = { grace: now.wall, trusted: now.wall }
    } else if (passed > ABSENT_MS) {
      deps.log.warn(
        { seconds: Math.round(passed / 1000) },
        'the server stood still; agents get time to be heard',
      )
      since = { ...since, grace: now.wall }
    }
    await guarded(deps, () => probeDatabase(deps))
    await guarded(deps, () => sweep(deps, since))
  }
  const { heedOthers } = deps
  const stops = [
    ...(heedOthers ? [every(deps.clock, LOOK_MS, () => guarded(deps, heedOthers))] : []),
    every(deps.clock, SWEEP_MS, sweepOnce),
    every(deps.clock, KEEPALIVE_MS, () => deps.bus.wake()),
    every(deps.clock, HOUR_MS, async () => {
      await guarded(deps, () => retain(deps))
      await guarded(deps, () => watchDatabaseSize(deps))
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

async function guarded(deps: Deps, work: () => Promise<void>) {
  try {
    await work()
  } catch (error) {
    deps.log.warn({ error: String(error) }, 'a sweep failed; the next one tries again')
  }
}

/** One look at every deadline. */
export async function sweep(deps: Deps, since: Since): Promise<void> {
  await expireAgents(deps, since)
  await expireAttempts(deps, since)
  await expireTests(deps, since)
}

import { every } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { LOOK_MS } from '../events/poll-events.ts'
import { probeDatabase } from '../health/service.ts'
import { type Baseline, expireAgents, expireAttempts, expireTests } from './deadlines.ts'
import { retain, watchDatabaseSize } from './retention.ts'
import { createRetentionGuard } from './retention-guard.ts'

const SWEEP_MS = 2000
const KEEPALIVE_MS = 7500
const HOUR_MS = 3_600_000
/** A larger difference between the wall clock and the monotonic clock means that the wall clock was set. */
const JUMP_MS = 15_000
/** A longer pause between sweeps means that the process was suspended and could receive nothing. */
const ABSENT_MS = 30_000

/** Starts the periodic work: deadlines, keep-alives of streams, retention. Returns a function that stops it. */
export function startSweeper(deps: Deps): () => void {
  let baseline: Baseline = { resumedAt: deps.startedAt, clockSetAt: 0 }
  let seen = { wall: deps.clock.now(), steady: deps.clock.monotonic() }
  const guard = createRetentionGuard(deps)
  const lookAtClock = () => {
    const now = { wall: deps.clock.now(), steady: deps.clock.monotonic() }
    const passed = now.steady - seen.steady
    const jump = now.wall - seen.wall - passed
    seen = now
    if (Math.abs(jump) > JUMP_MS) {
      deps.log.warn({ seconds: Math.round(jump / 1000) }, 'the clock was set; deadlines start again')
      baseline = { resumedAt: now.wall, clockSetAt: now.wall }
      guard.clockSet(jump)
    } else if (passed > ABSENT_MS) {
      deps.log.warn(
        { seconds: Math.round(passed / 1000) },
        'the server was suspended; agents get time to report',
      )
      baseline = { ...baseline, resumedAt: now.wall }
    }
  }
  const sweepOnce = async () => {
    lookAtClock()
    await guarded(deps, () => probeDatabase(deps))
    await guarded(deps, () => sweep(deps, baseline))
  }
  const retainOnce = async () => {
    lookAtClock()
    if (await guard.allows()) await retain(deps)
  }
  const { pollOtherServers } = deps
  const stops = [
    ...(pollOtherServers ? [every(deps.clock, LOOK_MS, () => guarded(deps, pollOtherServers))] : []),
    every(deps.clock, SWEEP_MS, sweepOnce),
    every(deps.clock, KEEPALIVE_MS, () => deps.bus.wake()),
    every(deps.clock, HOUR_MS, async () => {
      await guarded(deps, retainOnce)
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

/** Applies every deadline once. */
export async function sweep(deps: Deps, baseline: Baseline): Promise<void> {
  await expireAgents(deps, baseline)
  await expireAttempts(deps, baseline)
  await expireTests(deps, baseline)
}

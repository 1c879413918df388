import type { EventRow } from '../../db/writer.ts'
import { every } from '../clock.ts'
import type { Deps } from '../deps.ts'

const SWEEP_MS = 5000

type Worker = {
  /** Takes or renews the lease, then does what there is to do. @param force takes it from another holder */
  sweep(force?: boolean): Promise<void>
  onEvents(events: EventRow[]): void
  stop(): void
}

/** Has a worker sweep now, and every 5 s, and tells it of events. Returns a function that stops it. */
export function sweeping(deps: Deps, worker: Worker): () => void {
  // A local database has one process: the previous holder of the lease has ended.
  void worker.sweep(!deps.db.remote)
  const stops = [
    deps.bus.watch((events) => worker.onEvents(events)),
    every(deps.clock, SWEEP_MS, () => worker.sweep()),
  ]
  return () => {
    for (const stop of stops) stop()
    worker.stop()
  }
}

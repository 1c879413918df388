import { startWatch } from './alerts/watch/watcher.ts'
import { startReconciler } from './campaigns/reconcile/reconciler.ts'
import type { Deps } from './deps.ts'
import { startSweeper } from './maintenance/sweeper.ts'
import { startNotifications } from './notifications/runner.ts'
import { startSchedules } from './schedules/runner.ts'
import { startIndexer } from './setups/indexer.ts'

/** What a server does by itself. */
export type Work = {
  /** Ends what one server does for all that share a database: another takes it over. */
  handOver(): void
  stop(): void
}

/** Starts what a server does by itself. */
export function startWork(deps: Deps): Work {
  const stopSweeper = startSweeper(deps)
  const stops = [startReconciler, startIndexer, startWatch, startSchedules, startNotifications].map((start) =>
    start(deps),
  )
  const handOver = () => {
    for (const stop of stops.splice(0)) stop()
  }
  return {
    handOver,
    stop() {
      stopSweeper()
      handOver()
    },
  }
}

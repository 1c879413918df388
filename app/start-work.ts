import { startWatch } from './alerts/watch/watcher.ts'
import { startReconciler } from './campaigns/reconcile/reconciler.ts'
import type { Deps } from './deps.ts'
import { startSweeper } from './maintenance/sweeper.ts'
import { startSchedules } from './schedules/runner.ts'
import { startIndexer } from './setups/indexer.ts'

/** Starts what a server does by itself. Returns a function that stops it. */
export function startWork(deps: Deps): () => void {
  const stops = [startSweeper, startReconciler, startIndexer, startWatch, startSchedules].map((start) =>
    start(deps),
  )
  return () => {
    for (const stop of stops) stop()
  }
}

import { parentPort } from 'node:worker_threads'
import { LocalClient } from '../../../db/local.ts'
import { lowerThreadPriority } from '../../../lib/thread-priority.ts'
import type { FromThread } from './messages.ts'

/** Checkpoints a database whenever the main thread asks, until it is terminated. */
export function serveCheckpoints(path: string): void {
  lowerThreadPriority()
  const client = new LocalClient(path)
  const checkpoint = async (): Promise<FromThread> => {
    try {
      // Neither waits for nor blocks readers and writers: pages in use stay in the log until the next time.
      await client.execute('PRAGMA wal_checkpoint(PASSIVE)')
      return {}
    } catch (error) {
      return { error: String(error) }
    }
  }
  parentPort?.on('message', async () => parentPort?.postMessage(await checkpoint()))
}

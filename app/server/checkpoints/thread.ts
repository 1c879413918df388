import { parentPort } from 'node:worker_threads'
import { LocalClient } from '../../../db/local.ts'
import type { FromThread } from './messages.ts'

/** Writes the log of a database back into its file whenever the main thread asks, until it is terminated. */
export function serveCheckpoints(path: string): void {
  const client = new LocalClient(path)
  const checkpoint = async (): Promise<FromThread> => {
    try {
      // Waits for nobody and keeps nobody waiting: what is in use stays in the log until the next time.
      await client.execute('PRAGMA wal_checkpoint(PASSIVE)')
      return {}
    } catch (error) {
      return { error: String(error) }
    }
  }
  parentPort?.on('message', async () => parentPort?.postMessage(await checkpoint()))
}

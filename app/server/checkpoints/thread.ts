import { parentPort } from 'node:worker_threads'
import { LocalClient } from '../../../db/local.ts'
import { lowerThreadPriority } from '../../../lib/thread-priority.ts'
import type { FromThread } from './messages.ts'

/** In pages: so few are written back in a moment. */
const FEW = 256
/** A writer that is faster than the disk is not caught up with. */
const ROUNDS = 4

/** Checkpoints a database whenever the main thread asks, until it is terminated. */
export function serveCheckpoints(path: string): void {
  lowerThreadPriority()
  const client = new LocalClient(path)
  /**
   * Neither waits for nor blocks readers and writers: pages in use stay in the log, and what was written meanwhile.
   * @returns how many pages it has written back
   */
  const checkpoint = async (): Promise<number> => {
    const { rows } = await client.execute('PRAGMA wal_checkpoint(PASSIVE)')
    const before = written
    written = Number(rows[0]?.['checkpointed'])
    return written < before ? written : written - before
  }
  /** Of the present log. */
  let written = 0
  const work = async (): Promise<FromThread> => {
    try {
      for (let round = 0; round < ROUNDS; round++) if ((await checkpoint()) <= FEW) break
      return {}
    } catch (error) {
      return { error: String(error) }
    }
  }
  parentPort?.on('message', async () => parentPort?.postMessage(await work()))
}

import { rmSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import Sqlite from 'libsql'
import type { FromThread, ThreadStart } from './messages.ts'

type Place = ThreadStart['kittReplica']

/** The files that the driver writes beside the copy. */
const BESIDE = ['', '-wal', '-shm', '-client_wal_index', '-info']

/** Brings a copy up to date whenever the main thread asks, until it is terminated. */
export function serveReplica(place: Place): void {
  let open: Sqlite.Database | undefined
  const sync = (): FromThread => {
    try {
      open ??= opened(place)
      // Blocks this thread, for as long as the primary does not answer.
      synced(open)
      return {}
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) }
    }
  }
  parentPort?.on('message', () => parentPort?.postMessage(sync()))
}

/** Opens the copy. One that is damaged, or was never whole, is made anew. */
function opened(place: Place): Sqlite.Database {
  try {
    return connect(place)
  } catch {
    for (const end of BESIDE) rmSync(`${place.path}${end}`, { force: true })
    return connect(place)
  }
}

function connect({ path, url, authToken }: Place): Sqlite.Database {
  const options = { syncUrl: url, authToken, readYourWrites: false }
  return new Sqlite(path, options)
}

// The driver's types lack this.
const synced = (open: Sqlite.Database) => (open as Sqlite.Database & { sync(): unknown }).sync()

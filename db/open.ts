import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Client } from '@libsql/client'
import { drizzle } from 'drizzle-orm/libsql'
import { pause } from '../lib/pause.ts'
import type { Database, DatabaseLocation } from './database.ts'
import { DatabaseRefused, DatabaseUnavailable, isBusy } from './errors.ts'
import { databaseFile } from './file-url.ts'
import { LocalClient } from './local.ts'
import { migrateDatabase } from './migrate.ts'
import { makeDatabaseFile, requireOurFile } from './new-file.ts'
import { connectRemote } from './remote.ts'
import * as schema from './schema.ts'

export type OpenOptions = {
  /** Another thread writes the log back: commits do it only where that fails. */
  checkpointsElsewhere?: boolean
}

/** The local driver runs one query at a time anyway: one connection, whose page cache serves them all. */
const READ_CACHE_KIB = 16 * 1024
const WRITE_CACHE_KIB = 8 * 1024
/** From this on the log is written back into the file: random keys touch many pages, each goes once for many commits. */
export const LOG_BYTES = 16 * 1024 * 1024
const PAGE_BYTES = 4096
const OPEN_MS = 5000

/**
 * Opens the database, brings its tables up to date and returns it. Waits up to 5 s for another process that holds it.
 * @throws DatabaseRefused where it is damaged or newer than this program, DatabaseUnavailable where it cannot be reached
 */
export async function openDatabase(location: DatabaseLocation, options: OpenOptions = {}): Promise<Database> {
  const deadline = performance.now() + OPEN_MS
  for (;;) {
    try {
      return await tryToOpen(location, options)
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw explain(error, location.url)
      await pause(100)
    }
  }
}

async function tryToOpen(location: DatabaseLocation, options: OpenOptions): Promise<Database> {
  const file = databaseFile(location.url)
  if (file !== undefined) return openFile(file, options)
  const db = connectRemote(location)
  try {
    await migrateDatabase(db.writer, { isNew: true })
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

async function openFile(path: string, options: OpenOptions): Promise<Database> {
  await prepareFile(path)
  const writer = new LocalClient(path)
  try {
    // Before anything that is written into the file: it may be somebody else's.
    await migrateDatabase(writer, { isNew: false })
    await preparePragmas(writer, options)
    // One that can only be read is of no use: better said now than by every write.
    await writer.batch([], 'write')
  } catch (error) {
    writer.close()
    throw error
  }
  const reader = new LocalClient(path)
  await reader.execute(`PRAGMA cache_size=-${READ_CACHE_KIB}`)
  return {
    read: drizzle(reader, { schema }),
    reader,
    writer,
    remote: false,
    async reconnect() {
      writer.reconnect()
      await preparePragmas(writer, options)
    },
    close() {
      reader.close()
      // Bun lets go of a connection later than it is told to: the log would stay behind, beside the file.
      if (!writer.closed) void writer.execute('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => {})
      writer.close()
    },
  }
}

/** @throws DatabaseRefused where the file is none of KITT's: SQLite would take an empty one for a new one */
async function prepareFile(path: string) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  requireOurFile(path)
  await makeDatabaseFile(path)
  // SQLite gives its log the rights of the file.
  for (const file of [path, `${path}-wal`, `${path}-shm`]) makePrivate(file)
}

/** Files of earlier versions were open to everyone; one that belongs to somebody else is left as it is. */
function makePrivate(file: string) {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0
  if ((mode & 0o077) === 0) return
  try {
    chmodSync(file, 0o600)
  } catch {
    // It can be read and written all the same: that decides whether the server starts.
  }
}

async function preparePragmas(client: Client, { checkpointsElsewhere = false }: OpenOptions) {
  await client.execute('PRAGMA journal_mode=WAL')
  await client.execute('PRAGMA synchronous=NORMAL')
  await client.execute('PRAGMA foreign_keys=ON')
  const log = checkpointsElsewhere ? 4 * LOG_BYTES : LOG_BYTES
  await client.execute(`PRAGMA wal_autocheckpoint=${log / PAGE_BYTES}`)
  // Begun anew, a log that was longer is cut to this: its size tells how much there is to write back.
  await client.execute(`PRAGMA journal_size_limit=${LOG_BYTES}`)
  await client.execute(`PRAGMA cache_size=-${WRITE_CACHE_KIB}`)
}

function explain(error: unknown, url: string): Error {
  if (error instanceof DatabaseRefused) return error
  const message = error instanceof Error ? `${error.message} ${String(error.cause ?? '')}` : String(error)
  const shown = withoutCredentials(url)
  if (/NOTADB|CORRUPT|not a database|malformed/i.test(message)) {
    return new DatabaseRefused(
      `The database ${shown} is damaged or not a database. Restore a backup or choose another with --db-url.`,
    )
  }
  return new DatabaseUnavailable(
    `The database ${shown} cannot be opened: ${firstLine(withoutCredentials(message))}`,
    {
      cause: error,
    },
  )
}

const withoutCredentials = (text: string) => text.replace(/\/\/[^/@\s]*@/g, '//')
const firstLine = (text: string) => text.split('\n')[0]?.slice(0, 200) ?? ''

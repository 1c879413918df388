import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Client } from '@libsql/client'
import { pause } from '../lib/pause.ts'
import type { Database, DatabaseLocation } from './database.ts'
import { DatabaseRefused, DatabaseUnavailable, isBusy } from './errors.ts'
import { databaseFile } from './file-url.ts'
import { LocalClient } from './local.ts'
import { migrateDatabase } from './migrate.ts'
import { makeDatabaseFile, requireOurFile } from './new-file.ts'
import { ormOver } from './orm.ts'
import { ReplicaReader, type Sync } from './replica.ts'

export type OpenOptions = {
  /** Reads of a remote database come from a copy in the file `path`, which `sync` makes and brings up to date. */
  replica?: { path: string; sync: Sync } | undefined
  /** Another thread checkpoints the log; commits do so only if that fails. */
  checkpointsElsewhere?: boolean
}

/** The local driver runs one query at a time: one connection, with one page cache, is enough. */
const READ_CACHE_KIB = 16 * 1024
const WRITE_CACHE_KIB = 8 * 1024
/** The log is checkpointed from this size on: a page that many commits changed is written back once. */
export const LOG_BYTES = 32 * 1024 * 1024
const PAGE_BYTES = 4096
const OPEN_MS = 5000

/**
 * Opens the database and migrates it. Waits up to 5 s for another process that holds the lock.
 * @throws DatabaseRefused if it is damaged or newer than this program, DatabaseUnavailable if out of reach
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
  // The driver of remote databases is loaded where there is one.
  const db = (await import('./remote.ts')).connectRemote(location)
  try {
    await migrateDatabase(db.writer, { isNew: true })
    return options.replica ? await withReplica(db, options.replica) : db
  } catch (error) {
    db.close()
    throw error
  }
}

async function withReplica(db: Database, { path, sync }: NonNullable<OpenOptions['replica']>) {
  await sync()
  const copy = new LocalClient(path)
  await copy.execute(`PRAGMA cache_size=-${READ_CACHE_KIB}`)
  const replica = new ReplicaReader(copy, db.reader, sync)
  const reader = replica.client()
  const close = () => {
    copy.close()
    db.close()
  }
  return { ...db, reader, read: ormOver(reader), replica, primary: db.reader, close }
}

async function openFile(path: string, options: OpenOptions): Promise<Database> {
  await prepareFile(path)
  const writer = new LocalClient(path)
  try {
    // Before any write to the file: it may not be KITT's.
    await migrateDatabase(writer, { isNew: false })
    await preparePragmas(writer, options)
    // Fail here if the file is read-only, not at every write.
    await writer.batch([], 'write')
  } catch (error) {
    writer.close()
    throw error
  }
  const reader = new LocalClient(path)
  await reader.execute(`PRAGMA cache_size=-${READ_CACHE_KIB}`)
  return {
    read: ormOver(reader),
    reader,
    writer,
    remote: false,
    // The writer is another connection: its commits count too.
    version: () => reader.dataVersion(),
    async reconnect() {
      writer.reconnect()
      await preparePragmas(writer, options)
    },
    close() {
      reader.close()
      // Bun closes a connection late, which would leave the log beside the file.
      if (!writer.closed) void writer.execute('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => {})
      writer.close()
    },
  }
}

/** @throws DatabaseRefused if the file is not KITT's */
async function prepareFile(path: string) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  requireOurFile(path)
  await makeDatabaseFile(path)
  // SQLite creates its log with the mode of the file.
  for (const file of [path, `${path}-wal`, `${path}-shm`]) makePrivate(file)
}

/** Earlier versions created files readable by everyone. Files of another owner are left unchanged. */
function makePrivate(file: string) {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0
  if ((mode & 0o077) === 0) return
  try {
    chmodSync(file, 0o600)
  } catch {
    // The file can still be read and written, which is all the server needs.
  }
}

async function preparePragmas(client: Client, { checkpointsElsewhere = false }: OpenOptions) {
  await client.execute('PRAGMA journal_mode=WAL')
  await client.execute('PRAGMA synchronous=NORMAL')
  await client.execute('PRAGMA foreign_keys=ON')
  const log = checkpointsElsewhere ? 4 * LOG_BYTES : LOG_BYTES
  await client.execute(`PRAGMA wal_autocheckpoint=${log / PAGE_BYTES}`)
  // A restarted log is cut to this size, so that its size shows how much is left to checkpoint.
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

import { closeSync, existsSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { DatabaseRefused } from './errors.ts'
import { LocalClient } from './local.ts'
import { migrateDatabase } from './migrate.ts'

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size

/**
 * Checks a database file before SQLite opens it: SQLite treats an empty file as new, and deletes the log
 * beside it.
 * @throws DatabaseRefused
 */
export function requireOurFile(path: string): void {
  const size = sizeOf(path)
  const advice = 'Put a backup back with "kitt db restore FILE", or choose another with --db-url.'
  if (!size && sizeOf(`${path}-wal`))
    throw new DatabaseRefused(
      `The database file:${path} is ${size === 0 ? 'empty' : 'missing'}, though its log "-wal" is not. ${advice}`,
    )
  if (size === 0)
    throw new DatabaseRefused(
      `The database file:${path} is empty, which no database of KITT is. ${advice} To begin anew, remove it.`,
    )
}

/** Creates a database with all its tables if there is no file. It appears when complete, with mode 0600. */
export async function makeDatabaseFile(path: string): Promise<void> {
  if (existsSync(path)) return
  const part = `${path}.${process.pid}.part`
  const remove = () => {
    for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${part}${end}`, { force: true })
  }
  remove()
  closeSync(openSync(part, 'wx', 0o600))
  try {
    const client = new LocalClient(part)
    try {
      await migrateDatabase(client, { isNew: true })
    } finally {
      client.close()
    }
    putInPlace(part, path)
  } finally {
    remove()
  }
}

/** Another process may create the same file at the same time: the first wins. */
function putInPlace(part: string, path: string) {
  try {
    linkSync(part, path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Some file systems have no hard links.
    if (code !== 'EEXIST' && !existsSync(path)) renameSync(part, path)
  }
}

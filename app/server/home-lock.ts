import { mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Locked, takeLock } from '../../lib/lock.ts'
import { HomeError } from './home.ts'

export type HomeLock = {
  /** Writes the URL of the server into the lock, for the error of a second one. */
  tell(url: string): void
  release(): void
}

/**
 * Locks the home folder, and a database file outside it, for one server: two would miss each other's changes of
 * tokens, settings and events. A remote database may have several servers.
 * @throws HomeError that names the server which holds the lock
 */
export async function lockHome(home: string, database: string | undefined): Promise<HomeLock> {
  const inHome = join(resolve(home), 'server.lock')
  const paths = [inHome]
  if (database !== undefined && dirname(database) !== resolve(home)) paths.push(`${database}.lock`)
  const locks: Awaited<ReturnType<typeof takeLock>>[] = []
  const release = () => {
    for (const lock of locks.splice(0)) lock.release()
  }
  try {
    if (database !== undefined) makeFolder(dirname(database))
    for (const path of paths) locks.push(await takeLock(path))
  } catch (error) {
    const where = locks.length === 0 ? `the home folder ${home}` : `the database ${database}`
    release()
    if (!(error instanceof Locked)) throw error
    throw new HomeError(
      `A server already runs on ${where}, as ${error.by}. Stop it first, or set KITT_HOME to another folder.`,
    )
  }
  return {
    release,
    tell(url) {
      for (const lock of locks) lock.describe(url)
    },
  }
}

function makeFolder(path: string) {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new HomeError(
      `The folder ${path} cannot be made: ${(error as NodeJS.ErrnoException).code}. Choose a folder that can be written.`,
    )
  }
}

import { mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Locked, takeLock } from '../../lib/lock.ts'
import { HomeError } from './home.ts'

export type HomeLock = {
  /** Says where the server is that has the lock. */
  tell(url: string): void
  release(): void
}

/**
 * Takes the home folder, and the database where it is a file elsewhere, for one server: two would not know of
 * each other's tokens, settings and events. A database that is reached over the network may have several.
 * @throws HomeError that says who has it
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
      `A server runs already on ${where}, as ${error.by}. Stop it first, or set KITT_HOME to another folder.`,
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
    throw new HomeError(`${path} cannot be made: ${(error as NodeJS.ErrnoException).code}.`)
  }
}

import { closeSync, existsSync, openSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Client, createClient } from '@libsql/client'
import { databaseFile, databaseUrl, shownUrl } from '../../../db/file-url.ts'
import { requireOurFile } from '../../../db/new-file.ts'
import { type Lock, Locked, takeLock } from '../../../lib/lock.ts'
import { CommandFailed, UsageError } from '../../terminal/output.ts'
import { withWriteErrors } from '../../terminal/write-out.ts'

/** One side of a copy: a database file, or one on a libSQL server. */
export type Side = { url: string; shown: string; authToken: string | undefined; file: string | undefined }

type Env = Record<string, string | undefined>

const REMOTE = /^(libsql|https?|wss?):\/\//

/**
 * The sides that FROM and TO name. Tokens come from KITT_FROM_AUTH_TOKEN and KITT_TO_AUTH_TOKEN; KITT_DB_AUTH_TOKEN
 * is that of the only remote side, or of the one that KITT_DB_URL names, and is sent to no other.
 * @throws UsageError
 */
export function sidesOf(from: string, to: string, env: Env): { from: Side; to: Side } {
  const remote = [from, to].filter((one) => REMOTE.test(one))
  const own = (text: string) =>
    remote.length === 1 || text === env['KITT_DB_URL'] ? env['KITT_DB_AUTH_TOKEN'] : undefined
  const sides = {
    from: sideOf(from, env['KITT_FROM_AUTH_TOKEN'] ?? own(from)),
    to: sideOf(to, env['KITT_TO_AUTH_TOKEN'] ?? own(to)),
  }
  if (sides.from.url === sides.to.url) throw new UsageError('FROM and TO are the same database.')
  return sides
}

function sideOf(text: string, authToken: string | undefined): Side {
  if (REMOTE.test(text))
    return { url: text, shown: shownUrl(text), authToken: authToken || undefined, file: undefined }
  if (/^\w+:\/\//.test(text) && !text.startsWith('file:'))
    throw new UsageError(`${shownUrl(text)} is no database: give a file, or a libsql:// or http(s):// URL.`)
  const file = databaseFile(text) ?? resolve(text)
  return { url: databaseUrl(file), shown: file, authToken: undefined, file }
}

/** Integers come as bigint, so that each is exact. */
const connect = (url: string, authToken?: string): Client =>
  createClient({ url, intMode: 'bigint', ...(authToken ? { authToken } : {}) })

/** Opens the database that is read. @throws CommandFailed if the file is missing, DatabaseRefused if it is empty */
export function openFrom({ url, file, authToken }: Side): Client {
  if (file !== undefined) {
    if (!existsSync(file)) throw new CommandFailed(`There is no database ${file}.`)
    requireOurFile(file)
  }
  return connect(url, authToken)
}

/** The database that is written; a file has the name `FILE.part` until it is complete. */
export const openTo = ({ url, file, authToken }: Side): Client => {
  if (file === undefined) return connect(url, authToken)
  if (existsSync(file)) throw new CommandFailed(`${file} already exists: choose another name.`)
  const part = partOf(file)
  if (!existsSync(part)) withWriteErrors(part, () => closeSync(openSync(part, 'wx', 0o600)))
  return connect(databaseUrl(part))
}

export const partOf = (file: string): string => `${file}.part`

/** Removes an unfinished file and those that SQLite writes beside it. */
export function removePart(file: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${partOf(file)}${end}`, { force: true })
}

/**
 * Takes the locks that a server takes on a database file, wherever its home is.
 * @throws CommandFailed while a server runs on it
 */
export async function lockFile(file: string): Promise<() => void> {
  const locks: Lock[] = []
  const release = () => {
    for (const lock of locks) lock.release()
  }
  for (const path of [join(dirname(file), 'server.lock'), `${file}.lock`]) {
    try {
      locks.push(await takeLock(path))
    } catch (error) {
      release()
      if (!(error instanceof Locked)) throw error
      throw new CommandFailed(
        `A server runs on ${file}, as ${error.by}. What it stores during the copy would be lost: stop it first.`,
      )
    }
  }
  return release
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, createClient } from '@libsql/client'
import type { Command } from 'commander'
import { resolveConfig } from '../../app/config.ts'
import { kittHome, prepareHome, readConfigFile } from '../../app/server/home.ts'
import { lockHome } from '../../app/server/home-lock.ts'
import { libsqlError } from '../../db/errors.ts'
import { databaseFile, databaseUrl, shownUrl } from '../../db/file-url.ts'
import { LocalClient } from '../../db/local.ts'
import { CommandFailed } from '../terminal/output.ts'

export type DbOptions = { dbUrl?: string; json?: boolean }

/** The database of the server: its URL and token, and its path if it is a file. */
export type Place = { url: string; authToken: string | undefined; file: string | undefined }

export const dbOptions = (command: Command): Command =>
  command
    .option('--db-url <url>', 'the database (KITT_DB_URL); default: file:$KITT_HOME/kitt.db')
    .option('--json', 'print JSON')

/** The database that the flag, the variable or config.json names. @throws ConfigError */
export function databasePlace({ dbUrl }: DbOptions): Place {
  const home = kittHome()
  const { config } = resolveConfig({
    flags: { db_url: dbUrl },
    env: { ...process.env, KITT_HOME: home },
    file: readConfigFile(home),
  })
  const url = config.db_url ?? databaseUrl(join(home, 'kitt.db'))
  return { url, authToken: config.db_auth_token, file: databaseFile(url) }
}

/** Like `databasePlace`, but the file must exist. @throws CommandFailed */
export function existingDatabase(options: DbOptions): Place {
  const place = databasePlace(options)
  if (place.file !== undefined && !existsSync(place.file))
    throw new CommandFailed(
      `There is no database ${place.file}. "kitt web" creates one, or give another with --db-url.`,
    )
  return place
}

/** Runs `change` with the lock that a server takes on the home folder and the database. @throws HomeError while a server runs */
export async function withoutServer<T>({ file }: Place, change: () => Promise<T>): Promise<T> {
  const home = kittHome()
  prepareHome(home)
  const lock = await lockHome(home, file)
  try {
    return await change()
  } finally {
    lock.release()
  }
}

/** Runs `ask` on the database, without migrating it. @throws CommandFailed if it cannot be read */
export async function reading<T>(place: Place, ask: (client: Client) => Promise<T>): Promise<T> {
  let client: Client | undefined
  try {
    client = await clientOf(place)
    return await ask(client)
  } catch (error) {
    if (error instanceof CommandFailed) throw error
    throw new CommandFailed(unreadable(place, libsqlError(error) ?? error))
  } finally {
    client?.close()
  }
}

/** Why a database cannot be read: the error of the database itself, without the query that met it. */
function unreadable({ url }: Place, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (/NOTADB|not a database/.test(message)) return `${shownUrl(url)} is not a database.`
  return `The database ${shownUrl(url)} cannot be read: ${shownUrl(message.split('\n')[0] ?? '')}`
}

async function clientOf({ url, authToken, file }: Place): Promise<Client> {
  if (file === undefined) return createClient({ url, ...(authToken ? { authToken } : {}) })
  const client = new LocalClient(file)
  await client.execute('PRAGMA busy_timeout=5000')
  return client
}

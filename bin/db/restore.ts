import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { drizzle } from 'drizzle-orm/libsql'
import { checkDatabase } from '../../db/check.ts'
import { isBusy } from '../../db/errors.ts'
import { LocalClient } from '../../db/local.ts'
import { migrateDatabase } from '../../db/migrate.ts'
import * as schema from '../../db/schema.ts'
import { beginFile } from '../../lib/write-file.ts'
import { command } from '../terminal/command.ts'
import { CommandFailed, printJson, say } from '../terminal/output.ts'
import { explained } from '../terminal/write-out.ts'
import { type DbOptions, databasePlace, dbOptions, withoutServer } from './location.ts'

/** What SQLite keeps of a database beside it. */
const BESIDE = ['-wal', '-shm', '-journal']

export const restoreCommand = () =>
  dbOptions(
    command('restore', 'Put a backup in the place of the database, with the server stopped.', [
      'kitt db restore kitt-2026-11-28.db',
      'kitt db restore /backups/kitt.db --json',
    ]),
  )
    .argument('<file>', 'a file of "kitt db backup"; it is checked first, and stays where it is')
    .action(async (file: string, options: DbOptions) => {
      const place = databasePlace(options)
      const target = place.file
      if (target === undefined)
        throw new CommandFailed('The database is on another server: restore it there.')
      const source = resolve(file)
      if (!existsSync(source)) throw new CommandFailed(`There is no file ${source}.`)
      if (source === target) throw new CommandFailed(`${source} is the database itself: name a backup.`)
      const replaced = await withoutServer(place, async () => {
        await requireUnused(target)
        return restore(source, target)
      })
      if (options.json) printJson({ file: target, from: source, replaced: replaced ?? null })
      else say(`${target} is now ${source}.${replaced ? ` What was there before is ${replaced}.` : ''}`)
    })

/** @throws CommandFailed while any process has the database open; a damaged one is in nobody's use */
async function requireUnused(target: string) {
  if (!existsSync(target)) return
  let client: LocalClient | undefined
  try {
    client = new LocalClient(target)
    await client.execute('PRAGMA locking_mode=EXCLUSIVE')
    await client.execute('BEGIN EXCLUSIVE')
    await client.execute('ROLLBACK')
  } catch (error) {
    if (isBusy(error))
      throw new CommandFailed(`${target} is in use by another process: stop the server first.`)
  } finally {
    client?.close()
  }
}

/** @returns where the database is that was there before */
async function restore(source: string, target: string): Promise<string | undefined> {
  explained(target, () => mkdirSync(dirname(target), { recursive: true, mode: 0o700 }))
  const fresh = explained(target, () => beginFile(target, { mode: 0o600 }))
  try {
    explained(fresh.part, () => copyFileSync(source, fresh.part))
    // A copied database whose last writes still stand in a log beside it.
    if (existsSync(`${source}-wal`))
      explained(fresh.part, () => copyFileSync(`${source}-wal`, `${fresh.part}-wal`))
    await requireWhole(fresh.part, source)
    const replaced = explained(target, () => setAside(target))
    explained(target, fresh.finish)
    return replaced
  } finally {
    fresh.discard()
    for (const end of BESIDE) rmSync(`${fresh.part}${end}`, { force: true })
  }
}

/** @throws CommandFailed where a server could not work with it */
async function requireWhole(part: string, source: string) {
  const refuse = (why: string) =>
    new CommandFailed(`${source} is not put back: ${why} The database is as it was.`)
  let client: LocalClient | undefined
  try {
    client = new LocalClient(part)
    // One file, whatever it was before.
    await client.execute('PRAGMA journal_mode=DELETE')
    await migrateDatabase(client, { isNew: false })
    const [broken] = await checkDatabase(drizzle(client, { schema }))
    if (broken) throw refuse(`it is not in order ("${broken.rule}").`)
  } catch (error) {
    if (error instanceof CommandFailed) throw error
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw refuse(/\.$/.test(message) ? message : 'it is damaged or not a database.')
  } finally {
    client?.close()
  }
}

/** Gives the database and what is beside it another name. Until the new one takes its place, the old one keeps its own too. */
function setAside(target: string): string | undefined {
  const stamp = new Date().toISOString().replace(/\.\d+|[-:]/g, '')
  const there = statSync(target, { throwIfNoEntry: false })?.isFile()
  const aside = `${target}.replaced-${stamp}`
  if (there) {
    try {
      linkSync(target, aside)
    } catch {
      renameSync(target, aside)
    }
  }
  for (const end of BESIDE) if (existsSync(`${target}${end}`)) renameSync(`${target}${end}`, `${aside}${end}`)
  return there ? aside : undefined
}

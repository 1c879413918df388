import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { checkDatabase } from '../../db/check.ts'
import { isBusy } from '../../db/errors.ts'
import { LocalClient } from '../../db/local.ts'
import { migrateDatabase } from '../../db/migrate.ts'
import { ormOver } from '../../db/orm.ts'
import { beginFile } from '../../lib/write-file.ts'
import { command } from '../terminal/command.ts'
import { CommandFailed, printJson, say } from '../terminal/output.ts'
import { withWriteErrors } from '../terminal/write-out.ts'
import { type DbOptions, databasePlace, dbOptions, withoutServer } from './location.ts'

/** The suffixes of the files that SQLite writes beside a database. */
const BESIDE = ['-wal', '-shm', '-journal']

export const restoreCommand = () =>
  dbOptions(
    command('restore', 'Replace the database with a backup; the server must be stopped.', [
      'kitt db restore kitt-2026-11-28.db',
      'kitt db restore /backups/kitt.db --json',
    ]),
  )
    .argument('<file>', 'a file of "kitt db backup"; it is checked, then copied')
    .action(async (file: string, options: DbOptions) => {
      const place = databasePlace(options)
      const target = place.file
      if (target === undefined)
        throw new CommandFailed(
          'The database is on another server: "kitt db copy FILE URL" copies a backup into an empty one.',
        )
      const source = resolve(file)
      if (!existsSync(source)) throw new CommandFailed(`There is no file ${source}.`)
      if (source === target) throw new CommandFailed(`${source} is the database itself: give a backup.`)
      const replaced = await withoutServer(place, async () => {
        await requireUnused(target)
        return restore(source, target)
      })
      if (options.json) printJson({ file: target, from: source, replaced: replaced ?? null })
      else say(`Restored ${source} to ${target}.${replaced ? ` The previous database is ${replaced}.` : ''}`)
    })

/** @throws CommandFailed while a process has the database open; a damaged database counts as unused */
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

/** @returns the new path of the previous database */
async function restore(source: string, target: string): Promise<string | undefined> {
  withWriteErrors(target, () => mkdirSync(dirname(target), { recursive: true, mode: 0o700 }))
  const fresh = withWriteErrors(target, () => beginFile(target, { mode: 0o600 }))
  try {
    withWriteErrors(fresh.part, () => copyFileSync(source, fresh.part))
    // A copied database may have its last writes in a log beside it.
    if (existsSync(`${source}-wal`))
      withWriteErrors(fresh.part, () => copyFileSync(`${source}-wal`, `${fresh.part}-wal`))
    await requireWhole(fresh.part, source)
    const replaced = withWriteErrors(target, () => setAside(target))
    withWriteErrors(target, fresh.finish)
    return replaced
  } finally {
    fresh.discard()
    for (const end of BESIDE) rmSync(`${fresh.part}${end}`, { force: true })
  }
}

/** @throws CommandFailed if a server could not use the database */
async function requireWhole(part: string, source: string) {
  const refuse = (why: string) =>
    new CommandFailed(`${source} was not restored: ${why} The database is unchanged.`)
  let client: LocalClient | undefined
  try {
    client = new LocalClient(part)
    // Merges a write-ahead log into the file.
    await client.execute('PRAGMA journal_mode=DELETE')
    await migrateDatabase(client, { isNew: false })
    const [broken] = await checkDatabase(ormOver(client))
    if (broken) throw refuse(`its data is damaged ("${broken.rule}").`)
  } catch (error) {
    if (error instanceof CommandFailed) throw error
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw refuse(/\.$/.test(message) ? message : 'it is damaged or not a database.')
  } finally {
    client?.close()
  }
}

/** Renames the database and the files beside it. A hard link keeps its old name valid until the new one replaces it. */
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

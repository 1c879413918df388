import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Client } from '@libsql/client'
import { migrate } from 'drizzle-orm/libsql/migrator'
import { DatabaseRefused } from './errors.ts'
import { ormOver } from './orm.ts'

// Relative to the built program, and to the source.
const [folder = ''] = ['../db/migrations', './migrations']
  .map((place) => fileURLToPath(new URL(place, import.meta.url)))
  .filter((path) => existsSync(path))

const NO_TABLES =
  'The database holds no tables, which none of KITT does. Put a backup back with "kitt db restore FILE", choose another with --db-url, or remove the file to begin anew.'

type Journal = { entries: { when: number; tag: string }[] }

const knownMigrations = () => {
  const journal = JSON.parse(readFileSync(`${folder}/meta/_journal.json`, 'utf8')) as Journal
  return journal.entries.map((entry) => entry.when)
}

const NOT_OURS =
  'The database holds tables that are not this KITT\'s. Choose another with --db-url; one of the Python system is read by "kitt db import-legacy".'

/**
 * Applies the shipped migrations, each in one transaction.
 * @param isNew whether a database without tables is new; otherwise it is refused
 * @throws DatabaseRefused if a newer KITT wrote the database, or it is not KITT's
 */
export async function migrateDatabase(client: Client, { isNew }: { isNew: boolean }): Promise<void> {
  const tables = await client.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
  const names = tables.rows.map((row) => String(row['name']))
  if (names.includes('__drizzle_migrations')) {
    const rows = await client.execute('SELECT created_at FROM __drizzle_migrations')
    const known = knownMigrations()
    const strange = rows.rows.map((row) => Number(row['created_at'])).filter((when) => !known.includes(when))
    if (strange.some((when) => when > Math.max(...known))) {
      throw new DatabaseRefused(
        'The database was written by a newer KITT. Install that version, or choose another database with --db-url.',
      )
    }
    if (strange.length > 0) throw new DatabaseRefused(NOT_OURS)
  } else if (names.some((name) => !name.startsWith('sqlite_'))) throw new DatabaseRefused(NOT_OURS)
  else if (!isNew) throw new DatabaseRefused(NO_TABLES)
  await migrate(ormOver(client), { migrationsFolder: folder })
}

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Client } from '@libsql/client'
import { drizzle } from 'drizzle-orm/libsql'
import { migrate } from 'drizzle-orm/libsql/migrator'
import { DatabaseRefused } from './errors.ts'

const folder = fileURLToPath(new URL('./migrations', import.meta.url))

type Journal = { entries: { when: number; tag: string }[] }

const newestKnown = () => {
  const journal = JSON.parse(readFileSync(`${folder}/meta/_journal.json`, 'utf8')) as Journal
  return Math.max(...journal.entries.map((entry) => entry.when))
}

/**
 * Brings the tables up to date from the shipped migrations, each in one transaction.
 * @throws DatabaseRefused when the database was written by a newer KITT, or holds somebody else's tables
 */
export async function migrateDatabase(client: Client): Promise<void> {
  const tables = await client.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
  const names = tables.rows.map((row) => String(row['name']))
  if (names.includes('__drizzle_migrations')) {
    const applied = await client.execute('SELECT max(created_at) AS newest FROM __drizzle_migrations')
    if (Number(applied.rows[0]?.['newest'] ?? 0) > newestKnown()) {
      throw new DatabaseRefused(
        'The database was written by a newer KITT. Install that version, or choose another database with --db-url.',
      )
    }
  } else if (names.some((name) => !name.startsWith('sqlite_'))) {
    throw new DatabaseRefused(
      'The database holds tables that are not this KITT\'s. Choose another with --db-url; one of the Python system is read by "kitt db import-legacy".',
    )
  }
  await migrate(drizzle(client), { migrationsFolder: folder })
}

import { statSync } from 'node:fs'
import { shownUrl } from '../../db/file-url.ts'
import { openDatabase } from '../../db/open.ts'
import { formatNumber } from '../../lib/format-number.ts'
import { command } from '../terminal/command.ts'
import { printJson, printTable, say } from '../terminal/output.ts'
import { facts, table, when } from '../terminal/table.ts'
import {
  type DbOptions,
  databasePlace,
  dbOptions,
  existingDatabase,
  type Place,
  reading,
  withoutServer,
} from './location.ts'
import { type TableSize, tableSizes } from './sizes.ts'

export const migrateCommand = () =>
  dbOptions(
    command(
      'migrate',
      'Migrate the tables; the server must be stopped. "kitt web" migrates when it starts.',
      ['kitt db migrate', 'KITT_DB_URL=libsql://db.example:8080 kitt db migrate'],
    ),
  ).action(async (options: DbOptions) => {
    const place = databasePlace(options)
    await withoutServer(place, async () => (await openDatabase(place)).close())
    const { migrations } = await describe(place)
    if (options.json) printJson({ url: shownUrl(place.url), migrations })
    else say(`${shownUrl(place.url)} is up to date.`)
  })

type Shown = [name: string, size: TableSize]
const COLUMNS = [
  { head: 'table', of: ([name]: Shown) => name },
  { head: 'rows', of: ([, { rows }]: Shown) => formatNumber(rows), kind: 'number' as const },
  {
    head: 'last 24 h',
    of: ([, size]: Shown) => (size.last_24_h === undefined ? '–' : formatNumber(size.last_24_h)),
    kind: 'number' as const,
  },
  { head: 'MiB', of: ([, size]: Shown) => mib(size.bytes), kind: 'number' as const },
]
const mib = (bytes: number | undefined) => (bytes === undefined ? '–' : (bytes / 2 ** 20).toFixed(1))

export const infoCommand = () =>
  dbOptions(
    command('info', 'Show where the database is, and the size and growth of its tables; changes nothing.', [
      'kitt db info',
      'kitt db info --json',
    ]),
  ).action(async (options: DbOptions) => {
    const about = await describe(existingDatabase(options))
    if (options.json) return printJson(about)
    const { tables, sizes, newest_migration_written_at: written, ...rest } = about
    const largest = Object.entries(sizes).sort(([, a], [, b]) => (b.bytes ?? b.rows) - (a.bytes ?? a.rows))
    printTable(
      `${facts([...Object.entries(rest), ['newest migration written', written && when(written)]])}\n\n${table(COLUMNS, largest)}`,
    )
  })

/** Describes a database without changing it; it may be of another version. */
const describe = (place: Place) =>
  reading(place, async (client) => {
    const ask = async (sql: string) => (await client.execute(sql)).rows
    const found = await ask("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    const names = found.map((row) => String(row['name'])).filter((name) => !/^sqlite_|^__/.test(name))
    const sizes = await tableSizes(client, names)
    const ours = found.some((row) => row['name'] === '__drizzle_migrations')
    const applied = ours
      ? (await ask('SELECT count(*) AS n, max(created_at) AS newest FROM __drizzle_migrations'))[0]
      : undefined
    return {
      url: shownUrl(place.url),
      ...(place.file === undefined ? {} : { bytes: statSync(place.file).size }),
      migrations: Number(applied?.['n'] ?? 0),
      ...(applied ? { newest_migration_written_at: new Date(Number(applied['newest'])).toISOString() } : {}),
      tables: Object.fromEntries(Object.entries(sizes).map(([name, { rows }]) => [name, rows])),
      sizes,
    }
  })

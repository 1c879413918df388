import { chmodSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client, Row } from '@libsql/client'
import { DatabaseRefused } from '../../../db/errors.ts'
import { LocalClient } from '../../../db/local.ts'

/** The newest known schema version of the Python system. */
const NEWEST = 11
const PAGE = 500

/** A snapshot of the Python system's database. */
export type Source = {
  version: number
  count(table: string): Promise<number>
  /** The rows of a table in the order of their insertion, in pages; none if the table does not exist. */
  pages(table: string): AsyncGenerator<Row[]>
  where(table: string, column: string, value: string): Promise<Row[]>
  /** How many rows of a table refer to a missing row of another. */
  orphans(table: string, column: string, of: string): Promise<number>
  close(): void
}

/**
 * Opens a copy: SQLite would create files beside a database in WAL mode.
 * @throws DatabaseRefused if it is not a database of the Python system, or was written to while it was copied
 */
export async function openSource(path: string, copyFile = copyFileSync): Promise<Source> {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-import-'))
  let client: Client | undefined
  const close = () => {
    client?.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const copy = join(folder, 'kitt.db')
    copyWithLog(path, copy, copyFile)
    client = new LocalClient(copy)
    const { version, tables } = await examine(client, path)
    return { version, close, ...readers(client, tables) }
  } catch (error) {
    close()
    if (error instanceof DatabaseRefused) throw error
    const { code = '', message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new DatabaseRefused(`There is no file ${path}.`)
    if (/NOTADB|CORRUPT/.test(code)) throw new DatabaseRefused(`${path} is damaged or not a database.`)
    throw new DatabaseRefused(`${path} cannot be read: ${message}`)
  }
}

/** @throws DatabaseRefused if it was written to between the copies of its two files: rows could be in neither */
function copyWithLog(path: string, copy: string, copyFile: typeof copyFileSync): void {
  const before = lastWritten(path)
  copyFile(path, copy, constants.COPYFILE_FICLONE)
  if (existsSync(`${path}-wal`)) copyFile(`${path}-wal`, `${copy}-wal`)
  if (lastWritten(path) !== before)
    throw new DatabaseRefused(
      `${path} was written to while it was copied: stop the old server and try again.`,
    )
  chmodSync(copy, 0o600)
}

function lastWritten(path: string): string {
  const stats = [path, `${path}-wal`].map((file) => statSync(file, { bigint: true, throwIfNoEntry: false }))
  return stats.map((stat) => stat && `${stat.ino} ${stat.size} ${stat.mtimeNs}`).join()
}

async function examine(client: Client, path: string) {
  const found = await client.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
  const tables = new Set(found.rows.map((row) => String(row['name'])))
  if (tables.has('__drizzle_migrations'))
    throw new DatabaseRefused(`${path} is already a database of this KITT: use it with --db-url.`)
  if (!tables.has('schema_version') || !tables.has('runs'))
    throw new DatabaseRefused(`${path} is not a database of the Python system.`)
  const [row] = (await client.execute('SELECT max(version) AS version FROM schema_version')).rows
  const version = Number(row?.['version'] ?? 0)
  if (version > NEWEST)
    throw new DatabaseRefused(`${path} has schema version ${version}; this KITT reads ${NEWEST} and older.`)
  const [check] = (await client.execute('PRAGMA quick_check(1)')).rows
  if (check?.['quick_check'] !== 'ok')
    throw new DatabaseRefused(
      `${path} is damaged, or was written to while it was copied: stop the old server and try again.`,
    )
  return { version, tables }
}

function readers(client: Client, tables: Set<string>): Pick<Source, 'count' | 'pages' | 'where' | 'orphans'> {
  const ask = async (sql: string, args: (string | number)[] = []) =>
    (await client.execute({ sql, args })).rows
  return {
    count: async (table) =>
      tables.has(table) ? Number((await ask(`SELECT count(*) AS n FROM ${table}`))[0]?.['n']) : 0,
    async *pages(table) {
      if (!tables.has(table)) return
      for (let after = -1; ; ) {
        const sql = `SELECT rowid AS rowid_, * FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ${PAGE}`
        const rows = await ask(sql, [after])
        if (rows.length > 0) yield rows
        if (rows.length < PAGE) return
        after = Number(rows.at(-1)?.['rowid_'])
      }
    },
    where: async (table, column, value) =>
      tables.has(table) ? ask(`SELECT * FROM ${table} WHERE ${column} = ? ORDER BY rowid`, [value]) : [],
    async orphans(table, column, of) {
      if (!tables.has(table)) return 0
      const there = tables.has(of) ? `WHERE ${column} IS NULL OR ${column} NOT IN (SELECT id FROM ${of})` : ''
      return Number((await ask(`SELECT count(*) AS n FROM ${table} ${there}`))[0]?.['n'])
    },
  }
}

import type { Client, InStatement, Transaction } from '@libsql/client'
import { CommandFailed } from '../../terminal/output.ts'

/** A table, and the statement that makes it; its rows are known by `rowid`. */
export type CopiedTable = {
  name: string
  sql: string
  columns: string[]
  /** Whether a column is another name of the rowid. */
  ownRowid: boolean
}

export type Schema = { tables: CopiedTable[]; indexes: { name: string; sql: string }[] }

/** Holds how far an unfinished copy is. */
export const STATE = '__kitt_copy'
/** Made last: without it, no server uses the database. */
export const MARK = '__drizzle_migrations'
/** Tables of SQLite and of the libSQL server. */
const INTERNAL = /^(sqlite_|libsql_|_litestream)/

type Reader = Pick<Client | Transaction, 'execute'>

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** The names of the tables that are not the database's own. */
export async function tableNames(db: Reader): Promise<string[]> {
  const { rows } = await db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
  return rows.map((row) => String(row['name'])).filter((name) => !INTERNAL.test(name))
}

/** The tables and indexes as they are. @throws CommandFailed if the database is not KITT's */
export async function schemaOf(db: Reader, shown: string): Promise<Schema> {
  const names = await tableNames(db)
  if (names.includes(STATE))
    throw new CommandFailed(`${shown} is an unfinished copy itself. Finish it first, or copy its source.`)
  if (!names.includes(MARK) || !names.includes('events'))
    throw new CommandFailed(`${shown} holds no database of KITT.`)
  const { rows } = await db.execute(
    "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL ORDER BY rowid",
  )
  const found = rows.map((row) => ({
    type: row['type'],
    name: String(row['name']),
    sql: String(row['sql']),
  }))
  const tables: CopiedTable[] = []
  for (const { type, name, sql } of found)
    if (type === 'table' && names.includes(name)) tables.push({ name, sql, ...(await columnsOf(db, name)) })
  return { tables, indexes: found.filter(({ type, name }) => type === 'index' && !INTERNAL.test(name)) }
}

async function columnsOf(db: Reader, table: string) {
  const { rows } = await db.execute(`PRAGMA table_info(${quoted(table)})`)
  const key = rows.filter((row) => Number(row['pk']) > 0)
  return {
    columns: rows.map((row) => String(row['name'])),
    ownRowid: key.length === 1 && /^integer$/i.test(String(key[0]?.['type'])),
  }
}

/** The last ids given by AUTOINCREMENT, which may be of rows that are gone. */
export async function sequencesOf(db: Reader): Promise<{ name: string; seq: bigint }[]> {
  const { rows } = await db.execute('SELECT name, seq FROM sqlite_sequence ORDER BY name')
  return rows
    .map((row) => ({ name: String(row['name']), seq: row['seq'] as bigint }))
    .filter(({ name }) => !INTERNAL.test(name))
}

/** Statements that make the sequences what they are in the source. */
export const sequenceStatements = (sequences: { name: string; seq: bigint }[]): InStatement[] =>
  sequences.flatMap(({ name, seq }) => [
    { sql: 'DELETE FROM sqlite_sequence WHERE name = ?', args: [name] },
    { sql: 'INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', args: [name, seq] },
  ])

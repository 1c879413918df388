import { createHash, type Hash } from 'node:crypto'
import type { Client, InStatement, InValue, Transaction, Value } from '@libsql/client'
import { type CopiedTable, quoted } from './tables.ts'

type Reader = Pick<Client | Transaction, 'execute'>

/** A row: its values, a text as its bytes; `texts` says which those are. */
export type CopiedRow = { rowid: bigint; texts: boolean[]; values: Value[] }

/** The most bytes and rows of a page; a page has at least one row. */
const PAGE_BYTES = 1_000_000
const PAGE_ROWS = 500
/** The most rows of one statement. */
const STATEMENT_ROWS = 50

const bytesOf = (column: string) => `coalesce(length(CAST(${column} AS BLOB)), 0)`

/**
 * The statement that reads a page after a rowid. Drivers cut a text at a NUL and fail at one that is not UTF-8: its
 * bytes are read.
 */
export function pageStatement({ name, columns }: CopiedTable): string {
  const all = columns.map(quoted)
  const values = all.map((one) => `CASE typeof(${one}) WHEN 'text' THEN CAST(${one} AS BLOB) ELSE ${one} END`)
  const types = all.map((one) => `CASE typeof(${one}) WHEN 'text' THEN 't' ELSE '-' END`)
  const size = all.map(bytesOf).join(' + ')
  return `SELECT rowid, ${types.join(' || ')}, ${values.join(', ')} FROM ${quoted(name)}
    WHERE rowid > ?1 AND rowid <= (
      SELECT max(id) FROM (
        SELECT id, size, sum(size) OVER (ORDER BY id) AS total FROM (
          SELECT rowid AS id, ${size} AS size FROM ${quoted(name)} WHERE rowid > ?1 ORDER BY rowid LIMIT ${PAGE_ROWS}
        )
      ) WHERE total <= ${PAGE_BYTES} OR total = size
    ) ORDER BY rowid`
}

/** The pages of a table after a rowid, in order. */
export async function* pagesOf(db: Reader, table: CopiedTable, after: bigint): AsyncGenerator<CopiedRow[]> {
  const sql = pageStatement(table)
  for (let last = after; ; ) {
    const { rows } = await db.execute({ sql, args: [last] })
    const page = rows.map((row): CopiedRow => {
      const [rowid, texts, ...values] = Array.from({ length: row.length }, (_, i) => row[i] as Value)
      return { rowid: rowid as bigint, texts: [...String(texts)].map((one) => one === 't'), values }
    })
    const newest = page.at(-1)
    if (!newest) return
    yield page
    last = newest.rowid
  }
}

/** The statements that write rows as they were, with their rowids. */
export function insertStatements(table: CopiedTable, rows: CopiedRow[]): InStatement[] {
  const statements: InStatement[] = []
  for (let at = 0; at < rows.length; ) {
    const kind = String(rows[at]?.texts)
    let end = at + 1
    while (end < rows.length && end - at < STATEMENT_ROWS && String(rows[end]?.texts) === kind) end++
    statements.push(insertStatement(table, rows.slice(at, end)))
    at = end
  }
  return statements
}

function insertStatement({ name, columns, ownRowid }: CopiedTable, rows: CopiedRow[]): InStatement {
  const names = [...(ownRowid ? [] : ['rowid']), ...columns.map(quoted)]
  const places = (rows[0]?.texts ?? []).map((text) => (text ? 'CAST(? AS TEXT)' : '?'))
  const one = `(${[...(ownRowid ? [] : ['?']), ...places].join(', ')})`
  return {
    sql: `INSERT INTO ${quoted(name)} (${names.join(', ')}) VALUES ${rows.map(() => one).join(', ')}`,
    args: rows.flatMap(({ rowid, values }) => [...(ownRowid ? [] : [rowid]), ...values]) as InValue[],
  }
}

export type Digest = { rows: number; sha256: string }

/** The number of rows of a table, and a digest of all their bytes. @param onRows called with the rows of each page */
export async function digestOf(db: Reader, table: CopiedTable, onRows: (n: number) => void): Promise<Digest> {
  const hash = createHash('sha256')
  let rows = 0
  for await (const page of pagesOf(db, table, BEFORE_ALL)) {
    for (const row of page) addRow(hash, row)
    rows += page.length
    onRows(page.length)
  }
  return { rows, sha256: hash.digest('hex') }
}

/** Less than every rowid. */
export const BEFORE_ALL = -(2n ** 63n)

/** Adds each value with its type and length, so that no two different rows are the same bytes. */
function addRow(hash: Hash, { rowid, texts, values }: CopiedRow) {
  hash.update(`${rowid}`)
  for (const [i, value] of values.entries()) {
    if (value === null) hash.update('n')
    else if (typeof value === 'bigint') hash.update(`i${value};`)
    else if (typeof value === 'number')
      hash.update('r').update(new Uint8Array(new Float64Array([value]).buffer))
    else {
      const bytes = typeof value === 'string' ? Buffer.from(value) : new Uint8Array(value as ArrayBuffer)
      hash.update(`${texts[i] ? 't' : 'b'}${bytes.byteLength};`).update(bytes)
    }
  }
}

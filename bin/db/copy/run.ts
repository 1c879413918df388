import type { Client, InStatement, Transaction } from '@libsql/client'
import { CommandFailed } from '../../terminal/output.ts'
import { beginCopy, noteStatement, type State } from './progress-table.ts'
import { BEFORE_ALL, type Digest, digestOf, insertStatements, pagesOf } from './rows.ts'
import type { Side } from './side.ts'
import {
  type CopiedTable,
  MARK,
  quoted,
  type Schema,
  STATE,
  schemaOf,
  sequenceStatements,
  sequencesOf,
} from './tables.ts'

export type Copied = { resumed: boolean; tables: Record<string, Digest> }

type Copy = {
  from: Transaction
  to: Client
  toSide: Side
  schema: Schema
  state: State
  onRows(n: number): void
}

/**
 * Copies a database of KITT into an empty one and compares both. The source is read as of one moment. An interrupted
 * copy goes on where it was.
 * @param onProgress rows done, of so many: each is copied and compared
 * @throws CommandFailed
 */
export async function copyDatabase(
  sides: { from: Side; to: Side },
  clients: { from: Client; to: Client },
  onProgress: (done: number, total: number) => void,
): Promise<Copied> {
  const from = await clients.from.transaction('read')
  try {
    const schema = await schemaOf(from, sides.from.shown)
    const total = 2 * (await rowsOf(from, schema.tables))
    const state = await beginCopy(clients.to, sides.to, sides.from, schema)
    let done = 0
    const onRows = (n: number) => {
      done += n
      onProgress(done, total)
    }
    const copy: Copy = { from, to: clients.to, toSide: sides.to, schema, state, onRows }
    // The mark of a whole database is neither begun nor compared before the end.
    const tables = inOrder(schema.tables.filter(({ name }) => name !== MARK))
    for (const table of tables) await copyRows(copy, table)
    await makeIndexes(copy)
    const digests: Record<string, Digest> = {}
    for (const table of tables) digests[table.name] = await compare(copy, table)
    await finish(copy)
    return { resumed: state.resumed, tables: digests }
  } finally {
    from.close()
  }
}

async function rowsOf(db: Transaction, tables: CopiedTable[]): Promise<number> {
  const counts = tables.map(({ name }) => `(SELECT count(*) FROM ${quoted(name)})`)
  const { rows } = await db.execute(`SELECT ${counts.join(' + ')} AS n`)
  return Number(rows[0]?.['n'])
}

/** Tables after those that they refer to. */
function inOrder(tables: CopiedTable[]): CopiedTable[] {
  const ordered = new Set<CopiedTable>()
  const add = (table: CopiedTable, above: CopiedTable[]) => {
    if (above.includes(table)) return
    const referred = [...table.sql.matchAll(/references\s+["`]?(\w+)/gi)].map(([, name]) => name)
    for (const other of tables) if (referred.includes(other.name)) add(other, [...above, table])
    ordered.add(table)
  }
  for (const table of tables) add(table, [])
  return [...ordered]
}

/** Each page is one transaction with the note of how far it is. */
async function copyRows({ from, to, toSide, state, onRows }: Copy, table: CopiedTable): Promise<void> {
  const last = state.last.get(table.name) ?? BEFORE_ALL
  for await (const page of pagesOf(from, table, last)) {
    const newest = page.at(-1)?.rowid ?? last
    await write(to, toSide, [...insertStatements(table, page), noteStatement(table.name, newest)], table)
    onRows(page.length)
  }
}

async function write(to: Client, side: Side, statements: InStatement[], table: CopiedTable): Promise<void> {
  try {
    await to.batch(statements, 'write')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (/too big/i.test(reason))
      throw new CommandFailed(
        `A row of ${table.name} is larger than ${side.shown} takes; a libSQL server takes 4 to 5 MB. Delete the results that are larger, and repeat the command: it goes on.`,
      )
    throw error
  }
}

async function makeIndexes({ to, schema }: Copy): Promise<void> {
  const { rows } = await to.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
  const there = new Set(rows.map((row) => row['name']))
  for (const { name, sql } of schema.indexes) if (!there.has(name)) await to.execute(sql)
}

/** Copies a table once more that differs because its source changed between two runs. */
async function compare(copy: Copy, table: CopiedTable): Promise<Digest> {
  const { from, to, toSide, state, onRows } = copy
  const source = await digestOf(from, table, onRows)
  const same = async () => {
    const found = await digestOf(to, table, () => {})
    return found.rows === source.rows && found.sha256 === source.sha256
  }
  if (await same()) return source
  if (state.resumed) {
    // Without the foreign keys, which would delete rows of other tables.
    await to.migrate([`DELETE FROM ${quoted(table.name)}`, noteStatement(table.name, BEFORE_ALL)])
    await copyRows({ ...copy, state: { ...state, last: new Map() }, onRows: () => {} }, table)
    if (await same()) return source
  }
  throw new CommandFailed(
    `The table ${table.name} of ${toSide.shown} is not the same as its source. The copy is not finished and no server will use it; repeat the command with --restart.`,
  )
}

/** Makes the database one that servers use, in one transaction. */
async function finish({ from, to, schema }: Copy): Promise<void> {
  const mark = schema.tables.find(({ name }) => name === MARK) as CopiedTable
  const sequences = await sequencesOf(from)
  const rows: InStatement[] = []
  for await (const page of pagesOf(from, mark, BEFORE_ALL)) rows.push(...insertStatements(mark, page))
  await to.batch([...sequenceStatements(sequences), mark.sql, ...rows, `DROP TABLE ${STATE}`], 'write')
}

import type { Client, InStatement } from '@libsql/client'
import { CommandFailed } from '../../terminal/output.ts'
import type { Side } from './side.ts'
import { MARK, quoted, type Schema, STATE, tableNames } from './tables.ts'

/** How far a copy is: the last rowid of each table that has begun. */
export type State = { resumed: boolean; last: Map<string, bigint> }

/** The row that names the source; a table cannot have this name. */
const SOURCE = ''

/**
 * Makes the tables in an empty database, or finds how far an unfinished copy of the same source is.
 * @throws CommandFailed if the database holds anything else
 */
export async function beginCopy(to: Client, side: Side, from: Side, schema: Schema): Promise<State> {
  const names = await tableNames(to)
  const source = JSON.stringify([from.shown, schema.tables.map(({ sql }) => sql)])
  if (!names.includes(STATE)) {
    if (names.length > 0)
      throw new CommandFailed(
        `${side.shown} already holds tables. A copy needs an empty database; it changes no other.`,
      )
    await to.batch(
      [
        `CREATE TABLE ${STATE} (name TEXT PRIMARY KEY NOT NULL, last INTEGER, source TEXT)`,
        { sql: `INSERT INTO ${STATE} (name, source) VALUES (?, ?)`, args: [SOURCE, source] },
        ...schema.tables.filter(({ name }) => name !== MARK).map(({ sql }) => sql),
      ],
      'write',
    )
    return { resumed: false, last: new Map() }
  }
  const { rows } = await to.execute(`SELECT name, last, source FROM ${STATE}`)
  if (rows.find((row) => row['name'] === SOURCE)?.['source'] !== source)
    throw new CommandFailed(
      `${side.shown} holds an unfinished copy of another database, or of another version. Begin anew with --restart.`,
    )
  const begun = rows.filter((row) => row['name'] !== SOURCE)
  return { resumed: true, last: new Map(begun.map((row) => [String(row['name']), row['last'] as bigint])) }
}

/** Drops an unfinished copy. @throws CommandFailed if the database holds anything else */
export async function dropCopy(to: Client, side: Side): Promise<void> {
  const names = await tableNames(to)
  if (names.length === 0) return
  if (!names.includes(STATE)) throw new CommandFailed(`${side.shown} holds no unfinished copy.`)
  // Without foreign keys, in any order; the state goes last.
  const others = names.filter((name) => name !== STATE)
  await to.migrate([...others, STATE].map((name) => `DROP TABLE ${quoted(name)}`))
}

/** Notes in the same transaction as a page of rows that they are there. */
export const noteStatement = (table: string, last: bigint): InStatement => ({
  sql: `INSERT INTO ${STATE} (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last = excluded.last`,
  args: [table, last],
})

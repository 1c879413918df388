import { type InArgs, LibsqlError, type ResultSet } from '@libsql/core/api'
import Sqlite from 'libsql'
import { type RowOf, resultOf, rowClass } from './rows.ts'

/** Prepared statements kept per connection; the least recently used is dropped first. */
const KEPT = 128
/** In UTF-16 units. Longer statements hold varying numbers of rows: not worth keeping. */
const KEPT_LENGTH = 8192

type Prepared = {
  statement: ReturnType<Sqlite.Database['prepare']>
  columns: string[]
  row: RowOf | undefined
}

/** One connection to a database file, with its prepared statements. */
export class Statements {
  readonly connection: Sqlite.Database
  #kept = new Map<string, Prepared>()
  #version: Sqlite.Statement | undefined

  /** Does not wait for locks: that would block the event loop. */
  constructor(path: string) {
    this.connection = new Sqlite(path, { timeout: 0 })
  }

  /** @throws LibsqlError */
  run(sql: string, args: InArgs = []): ResultSet {
    try {
      const { statement, columns, row: RowClass } = this.#prepared(sql)
      const given = bindable(args)
      if (!RowClass) return resultOf([], [], statement.run(given))
      const rows = statement.all(given) as unknown[][]
      return resultOf(
        columns,
        rows.map((values) => new RowClass(values)),
      )
    } catch (error) {
      // A statement that failed halfway must not be in progress at the next commit.
      this.#kept.delete(sql)
      throw asLibsqlError(error)
    }
  }

  /** Changes whenever another connection commits. @throws LibsqlError */
  dataVersion(): number {
    try {
      this.#version ??= this.connection.prepare('PRAGMA data_version').raw()
      const [version] = this.#version.get() as [number]
      return version
    } catch (error) {
      throw asLibsqlError(error)
    }
  }

  close(): void {
    this.#version = undefined
    this.#kept.clear()
    if (this.connection.open) this.connection.close()
  }

  #prepared(sql: string): Prepared {
    const kept = this.#kept.get(sql)
    if (kept) this.#kept.delete(sql)
    const prepared = kept ?? prepare(this.connection, sql)
    if (sql.length > KEPT_LENGTH || /^\s*pragma/i.test(sql)) return prepared
    this.#kept.set(sql, prepared)
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value ?? '')
    return prepared
  }
}

function prepare(connection: Sqlite.Database, sql: string): Prepared {
  const statement = connection.prepare(sql)
  if (!statement.reader) return { statement, columns: [], row: undefined }
  statement.raw()
  const columns = statement.columns().map(({ name }) => name)
  return { statement, columns, row: rowClass(columns) }
}

function bindable(args: InArgs): object {
  if (Array.isArray(args)) return args.map(plain)
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name.replace(/^[:@$]/, ''), plain(value)]),
  )
}

function plain(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value)
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value)))
    throw new RangeError(`The database does not take ${value}.`)
  return value
}

/** `SQLITE_CONSTRAINT_UNIQUE` has the base code `SQLITE_CONSTRAINT`. */
function asLibsqlError(error: unknown): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return error
  const { message, code, rawCode } = error
  return new LibsqlError(message, code.split('_').slice(0, 2).join('_'), code, rawCode, error)
}

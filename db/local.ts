import {
  type Client,
  type InArgs,
  type InStatement,
  LibsqlError,
  type ResultSet,
  type Transaction,
  type TransactionMode,
} from '@libsql/core/api'
import { Statements } from './statements.ts'

const BEGIN = { write: 'BEGIN IMMEDIATE', read: 'BEGIN', deferred: 'BEGIN' } as const

/**
 * A client with one connection to a database file, whose statements stay prepared. The driver's client
 * prepares each one again and reads its columns twice, which takes up to ten times as long as the statement.
 */
export class LocalClient implements Client {
  readonly protocol = 'file'
  readonly #path: string
  #open: Statements

  constructor(path: string) {
    this.#path = path
    this.#open = new Statements(path)
  }

  get closed() {
    return !this.#open.connection.open
  }

  async execute(statement: InStatement, args?: InArgs): Promise<ResultSet> {
    return run(this.#idle(), statement, args)
  }

  /** Changes whenever another connection commits to the file. @throws LibsqlError */
  dataVersion(): number {
    return this.#idle().dataVersion()
  }

  /** Runs all of them or none, synchronously. */
  async batch(statements: (InStatement | [string, InArgs?])[], mode: TransactionMode = 'deferred') {
    const open = this.#idle()
    open.run(BEGIN[mode])
    try {
      const results = statements.map((one) =>
        Array.isArray(one) ? open.run(one[0], one[1]) : run(open, one),
      )
      open.run('COMMIT')
      return results
    } finally {
      rollBack(open)
    }
  }

  async migrate(statements: InStatement[]) {
    await this.execute('PRAGMA foreign_keys=off')
    try {
      return await this.batch(statements)
    } finally {
      await this.execute('PRAGMA foreign_keys=on')
    }
  }

  async transaction(mode: TransactionMode = 'write'): Promise<Transaction> {
    const open = this.#idle()
    open.run(BEGIN[mode])
    return new LocalTransaction(open)
  }

  async executeMultiple(sql: string): Promise<void> {
    this.#idle().connection.exec(sql)
  }

  async sync(): Promise<never> {
    throw new LibsqlError('There is nothing to synchronise a file with.', 'SYNC_NOT_SUPPORTED')
  }

  reconnect(): void {
    this.close()
    this.#open = new Statements(this.#path)
  }

  close(): void {
    this.#open.close()
  }

  /** @throws LibsqlError while a transaction is open: other statements must not become part of it */
  #idle(): Statements {
    // Reading `inTransaction` of a closed connection ends the process.
    if (this.closed) throw new LibsqlError('The client is closed.', 'CLIENT_CLOSED')
    if (this.#open.connection.inTransaction)
      throw new LibsqlError('A transaction is open on this connection.', 'TRANSACTION_ACTIVE')
    return this.#open
  }
}

class LocalTransaction implements Transaction {
  readonly #open: Statements

  constructor(open: Statements) {
    this.#open = open
  }

  get closed() {
    return !this.#open.connection.open || !this.#open.connection.inTransaction
  }

  async execute(statement: InStatement): Promise<ResultSet> {
    return run(this.#active(), statement)
  }

  async batch(statements: InStatement[]) {
    return statements.map((one) => run(this.#active(), one))
  }

  async executeMultiple(sql: string) {
    this.#active().connection.exec(sql)
  }

  async commit() {
    this.#active().run('COMMIT')
  }

  async rollback() {
    this.close()
  }

  close() {
    rollBack(this.#open)
  }

  #active(): Statements {
    if (this.closed) throw new LibsqlError('The transaction is closed.', 'TRANSACTION_CLOSED')
    return this.#open
  }
}

const run = (open: Statements, statement: InStatement, args?: InArgs) =>
  typeof statement === 'string' ? open.run(statement, args) : open.run(statement.sql, statement.args)

function rollBack(open: Statements) {
  if (open.connection.open && open.connection.inTransaction) open.run('ROLLBACK')
}

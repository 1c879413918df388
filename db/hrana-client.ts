import {
  type Client,
  type InArgs,
  type InStatement,
  LibsqlError,
  type ResultSet,
  type Transaction,
  type TransactionMode,
} from '@libsql/core/api'
import { isBroken } from './errors.ts'
import { HranaConnection } from './hrana-connection.ts'
import { allOf, HranaStream, not, ok } from './hrana-stream.ts'
import { Together } from './together.ts'

const BEGIN = { write: 'BEGIN IMMEDIATE', read: 'BEGIN', deferred: 'BEGIN' } as const

/**
 * A client of a libSQL server over a WebSocket. The driver's own opens a database connection for each request,
 * which takes the server longer than the statements; this one keeps a few. Statements outside of transactions
 * that are asked for in one turn of the event loop travel together.
 */
export class HranaClient implements Client {
  readonly protocol = 'ws'
  readonly #connect: () => HranaConnection
  readonly #most: number
  readonly #together: Together
  #connection: HranaConnection | undefined
  #idle: HranaStream[] = []
  #taken = 0
  #waiting: (() => void)[] = []
  #closed = false

  /**
   * @param url `ws://` or `wss://`
   * @param streams how many database connections it uses at once
   * @param mostMs how long an answer may take
   * @param readsOnly its statements outside of transactions may be sent again if the connection breaks
   */
  constructor(
    url: string,
    authToken: string | undefined,
    { streams, mostMs, readsOnly }: { streams: number; mostMs: number; readsOnly: boolean },
  ) {
    this.#connect = () => new HranaConnection(url, authToken, mostMs)
    this.#most = streams
    const run = (statements: InStatement[]) => this.#each(statements)
    this.#together = new Together(readsOnly ? again(run) : run, streams)
  }

  get closed() {
    return this.#closed
  }

  execute(statement: InStatement, args?: InArgs): Promise<ResultSet> {
    return this.#together.execute(args === undefined ? statement : { sql: String(statement), args })
  }

  /** Runs all of them or none, in one turn. */
  async batch(statements: (InStatement | [string, InArgs?])[], mode: TransactionMode = 'deferred') {
    const wanted = statements.map((one) => (Array.isArray(one) ? { sql: one[0], args: one[1] ?? [] } : one))
    return this.#use(async (stream) => transact(stream, wanted, mode))
  }

  async migrate(statements: InStatement[]) {
    return this.#use(async (stream) => {
      await stream.runAll(['PRAGMA foreign_keys=off'])
      try {
        return await transact(stream, statements, 'deferred')
      } finally {
        await stream.runAll(['PRAGMA foreign_keys=on'])
      }
    })
  }

  /** Begins with its first statement, in the same turn. */
  async transaction(mode: TransactionMode = 'write'): Promise<Transaction> {
    const stream = await this.#take()
    return new HranaTransaction(stream, mode, () => this.#release(stream))
  }

  async executeMultiple(sql: string): Promise<void> {
    await this.#use((stream) => stream.sequence(sql))
  }

  async sync(): Promise<never> {
    throw new LibsqlError('There is nothing to synchronise.', 'SYNC_NOT_SUPPORTED')
  }

  reconnect(): void {
    this.#connection?.close()
    this.#closed = false
  }

  close(): void {
    this.#closed = true
    this.#connection?.close()
  }

  /** Each on its own, as far as there are answers. */
  #each(statements: InStatement[]): Promise<(ResultSet | Error)[]> {
    return this.#use(async (stream) => {
      try {
        const results = await stream.run(statements.map((statement) => ({ statement })))
        return results.map((result) => result ?? new LibsqlError('A statement did not run.', 'UNKNOWN'))
      } catch (error) {
        // One of them may be what the server refuses, or have too large an answer.
        if (!stream.open || statements.length === 1) throw error
        const alone = (statement: InStatement) =>
          stream.run([{ statement }]).then(
            ([result]) => result ?? new LibsqlError('A statement did not run.', 'UNKNOWN'),
            (reason: Error) => reason,
          )
        return await Promise.all(statements.map(alone))
      }
    })
  }

  async #use<T>(work: (stream: HranaStream) => Promise<T>): Promise<T> {
    const stream = await this.#take()
    try {
      return await work(stream)
    } finally {
      this.#release(stream)
    }
  }

  async #take(): Promise<HranaStream> {
    while (this.#taken >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    if (this.#closed) throw new LibsqlError('The client is closed.', 'CLIENT_CLOSED')
    this.#taken++
    if (!this.#connection || this.#connection.closed) {
      this.#idle = []
      this.#connection = this.#connect()
    }
    return this.#idle.pop() ?? new HranaStream(this.#connection)
  }

  #release(stream: HranaStream) {
    this.#taken--
    // After a reconnect it belongs to the connection before.
    if (stream.belongsTo(this.#connection)) this.#idle.push(stream)
    this.#waiting.shift()?.()
  }
}

/** Statements that change nothing are sent once more when the connection breaks. */
const again =
  (run: (statements: InStatement[]) => Promise<(ResultSet | Error)[]>) =>
  async (statements: InStatement[]) => {
    try {
      return await run(statements)
    } catch (error) {
      if (!isBroken(error)) throw error
      return run(statements)
    }
  }

async function transact(stream: HranaStream, statements: InStatement[], mode: TransactionMode) {
  const last = statements.length
  const all = [BEGIN[mode], ...statements, 'COMMIT']
  const results = await stream.run([
    ...all.map((statement, i) => ({ statement, condition: i > 0 ? ok(i - 1) : undefined })),
    { statement: 'ROLLBACK', condition: not(ok(last + 1)) },
  ])
  return allOf(results.slice(0, last + 2)).slice(1, last + 1)
}

class HranaTransaction implements Transaction {
  readonly #stream: HranaStream
  readonly #mode: TransactionMode
  readonly #release: () => void
  #begun = false
  #ended = false

  constructor(stream: HranaStream, mode: TransactionMode, release: () => void) {
    this.#stream = stream
    this.#mode = mode
    this.#release = release
  }

  get closed() {
    return this.#ended
  }

  async execute(statement: InStatement): Promise<ResultSet> {
    const [result] = await this.batch([statement])
    return result as ResultSet
  }

  /** In one turn. A last statement `COMMIT` ends the transaction. */
  async batch(statements: InStatement[]): Promise<ResultSet[]> {
    if (this.#ended) throw new LibsqlError('The transaction is closed.', 'TRANSACTION_CLOSED')
    const begins = !this.#begun
    this.#begun = true
    const results = await this.#stream.runAll(begins ? [BEGIN[this.#mode], ...statements] : statements)
    if (statements.at(-1) === 'COMMIT') this.#end()
    return begins ? results.slice(1) : results
  }

  async executeMultiple(sql: string) {
    if (!this.#begun) await this.batch([])
    await this.#stream.sequence(sql)
  }

  async commit() {
    if (this.#begun) await this.batch(['COMMIT'])
    else this.#end()
  }

  async rollback() {
    this.close()
  }

  /** Rolls back what was not committed; the stream serves others afterwards. */
  close() {
    if (this.#ended) return
    this.#ended = true
    if (!this.#begun) return this.#release()
    this.#stream.run([{ statement: 'ROLLBACK' }]).then(this.#release, this.#release)
  }

  #end() {
    this.#ended = true
    this.#release()
  }
}

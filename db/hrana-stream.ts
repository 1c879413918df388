import { type InStatement, LibsqlBatchError, LibsqlError, type ResultSet } from '@libsql/core/api'
import { errorOf, type HranaConnection } from './hrana-connection.ts'
import { type BatchResult, type Condition, decoded, encoded, type Step } from './hrana-values.ts'

/** A statement, run if its condition holds. */
export type Planned = { statement: InStatement; condition?: Condition | undefined }

/** A database connection of the server, within a WebSocket. Its requests are answered in their order. */
export class HranaStream {
  readonly #connection: HranaConnection
  readonly #id: number

  constructor(connection: HranaConnection) {
    this.#connection = connection
    this.#id = connection.streamId()
    connection.request({ type: 'open_stream', stream_id: this.#id }).catch(() => {})
  }

  /** False after an error of the connection. */
  get open(): boolean {
    return !this.#connection.closed
  }

  belongsTo(connection: HranaConnection | undefined): boolean {
    return this.open && this.#connection === connection
  }

  /** Runs statements in one turn. @returns what each answered: undefined if its condition did not hold */
  async run(planned: Planned[]): Promise<(ResultSet | LibsqlError | undefined)[]> {
    this.#connection.forgetOldStatements()
    const steps = planned.map(({ statement, condition }): Step => {
      const { sql, args } = encoded(statement)
      const stmt = this.#connection.statement(sql, args)
      return condition ? { stmt, condition } : { stmt }
    })
    const answer = await this.#connection.request({ type: 'batch', stream_id: this.#id, batch: { steps } })
    const { step_results, step_errors } = (answer as { result: BatchResult }).result
    return planned.map((_, i) => {
      const [result, error] = [step_results[i], step_errors[i]]
      if (error) return errorOf(error)
      return result ? decoded(result) : undefined
    })
  }

  /** Runs statements as long as none fails. @throws LibsqlError of the first that fails */
  async runAll(statements: InStatement[]): Promise<ResultSet[]> {
    const results = await this.run(
      statements.map((statement, i) => ({ statement, ...(i > 0 ? { condition: ok(i - 1) } : {}) })),
    )
    return allOf(results)
  }

  async sequence(sql: string): Promise<void> {
    await this.#connection.request({ type: 'sequence', stream_id: this.#id, sql })
  }

  close(): void {
    if (this.open) this.#connection.request({ type: 'close_stream', stream_id: this.#id }).catch(() => {})
  }
}

export const ok = (step: number): Condition => ({ type: 'ok', step })
export const not = (cond: Condition): Condition => ({ type: 'not', cond })

/** @throws LibsqlError of the first that failed */
export function allOf(results: (ResultSet | LibsqlError | undefined)[]): ResultSet[] {
  return results.map((result, i) => {
    if (result instanceof LibsqlError)
      throw new LibsqlBatchError(result.message, i, result.code, result.extendedCode, result.rawCode, result)
    if (!result) throw new LibsqlBatchError('A statement did not run.', i, 'TRANSACTION_CLOSED')
    return result
  })
}

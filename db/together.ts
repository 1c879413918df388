import type { InStatement, ResultSet } from '@libsql/client'
import { soon } from '../lib/soon.ts'
import { turnOf } from './alike.ts'

/** Runs statements that do not depend on one another. @returns the result or the error of each */
export type RunEach = (statements: InStatement[]) => Promise<(ResultSet | Error)[]>

type Asked = { statement: InStatement; resolve(result: ResultSet): void; reject(error: unknown): void }

/** Statements per batch: the answers come together, when the last is there. */
const MOST = 64

/** Sends the statements that are asked for in one turn of the event loop as one batch. */
export class Together {
  readonly #run: RunEach
  readonly #batches: number
  #asked: Asked[] = []
  #running = 0
  #planned = false

  /** @param batches how many are under way at most; meanwhile the next one grows */
  constructor(run: RunEach, batches: number) {
    this.#run = run
    this.#batches = batches
  }

  execute(statement: InStatement): Promise<ResultSet> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ statement, resolve, reject })
      this.#plan()
    })
  }

  async #results(statements: InStatement[]): Promise<(ResultSet | Error)[]> {
    const turn = turnOf(statements)
    const results = await this.#run(turn.statements)
    if (!turn.combined || !results.some((result) => result instanceof Error)) return turn.split(results)
    // One of the combined may be what the server refuses.
    turn.refuse()
    return this.#run(statements)
  }

  #plan() {
    if (this.#planned || this.#running >= this.#batches) return
    this.#planned = true
    soon(() => {
      this.#planned = false
      void this.#send()
    })
  }

  async #send() {
    const some = this.#asked.splice(0, MOST)
    if (some.length === 0) return
    this.#running++
    if (this.#asked.length > 0) this.#plan()
    try {
      const results = await this.#results(some.map(({ statement }) => statement))
      for (const [i, { resolve, reject }] of some.entries()) {
        const result = results[i]
        if (result === undefined || result instanceof Error) reject(result)
        else resolve(result)
      }
    } catch (error) {
      for (const { reject } of some) reject(error)
    } finally {
      this.#running--
      if (this.#asked.length > 0) this.#plan()
    }
  }
}

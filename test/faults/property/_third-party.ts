import { type Client, type InStatement, LibsqlError, type Transaction } from '@libsql/client'
import type { Random } from '../../../agent/bench/random.ts'
import type { Database } from '../../../db/database.ts'

/** How often a turn to the database is lost or late. */
const LOST = 0.06
const LATE = 0.1
/** Turns without a loss after one: of a group that is lost twice, the server says that it is unavailable. */
const SPARED = 60

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))
const broken = () => new LibsqlError('The connection to the database was closed.', 'HRANA_CLOSED_ERROR')

/**
 * A database behind a network, which loses requests and answers with the connection, and is late. A lost
 * connection ends its transaction; only one has the write lock, and others wait for it.
 */
export class ThirdParty {
  readonly db: Database
  readonly #random: Random
  readonly #deeds: Set<string>
  #spared = 0
  #open = 0
  #lock: Promise<void> = Promise.resolve()

  constructor(file: Database, random: Random, deeds: Set<string>) {
    this.#random = random
    this.#deeds = deeds
    const transaction = async () => this.#transaction(file.writer)
    const writer = { transaction } as Partial<Client> as Client
    this.db = { ...file, writer, remote: true, reconnect: async () => {} }
  }

  /** Until nothing is under way for some turns of the event loop. */
  async idle(): Promise<void> {
    for (let quiet = 0; quiet < 4; quiet++) {
      await nextTurn()
      if (this.#open > 0) quiet = 0
    }
  }

  #transaction(client: Client): Transaction {
    let inner: Transaction | undefined
    let release: (() => void) | undefined
    let ended = false
    const close = () => {
      if (ended) return
      ended = true
      inner?.close()
      release?.()
      if (inner) this.#open--
    }
    const batch = async (statements: InStatement[]) => {
      if (ended) throw broken()
      if (!inner) {
        this.#open++
        const before = this.#lock
        this.#lock = new Promise((resolve) => (release = resolve))
        await before
        inner = await client.transaction('write')
      }
      const loss = this.#loss()
      if (this.#random() < LATE) for (let i = 0; i < 5; i++) await nextTurn()
      if (loss !== 'request') {
        const results = await inner.batch(statements)
        if (!loss) {
          if (statements.at(-1) === 'COMMIT') close()
          return results
        }
        if (statements.at(-1) === 'COMMIT') this.#deeds.add('the answer to a commit was lost')
      }
      close()
      throw broken()
    }
    const execute = async (statement: InStatement) => (await batch([statement]))[0]
    return { batch, execute, close } as Partial<Transaction> as Transaction
  }

  #loss(): 'request' | 'answer' | undefined {
    if (this.#spared-- > 0 || this.#random() > LOST) return undefined
    this.#spared = SPARED
    this.#deeds.add('the database was lost')
    return this.#random() < 0.5 ? 'request' : 'answer'
  }
}

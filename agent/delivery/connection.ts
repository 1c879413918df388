import { backOff } from '../waiting.ts'
import { isForbidden } from './messages.ts'

const REFUSED_MS = 30_000
/** The most that lies between two tries to reach a server that does not answer. */
const MOST_MS = 10_000

/** Connection state and retry delay; says what changes. */
export class Connection {
  /** Why the last try failed; null when it did not. */
  problem: string | null = null
  #failures = 0
  #say: (line: string) => void
  #refusedMs: number

  /** @param refusedMs between tries when the server refuses the token: only a person can help then */
  constructor(say: (line: string) => void, refusedMs = REFUSED_MS) {
    this.#say = say
    this.#refusedMs = refusedMs
  }

  succeeded() {
    if (this.problem !== null) this.#say('the server answers again')
    this.#failures = 0
    this.problem = null
  }

  /** @returns when the next try is due, in ms */
  failed(what: string, error: unknown): number {
    const problem = `${what}: ${error instanceof Error ? error.message : String(error)}`
    if (problem !== this.problem) this.#say(problem)
    this.problem = problem
    const refused = isForbidden(error) ? this.#refusedMs * (0.75 + Math.random() / 2) : 0
    return Math.max(refused, Math.min(backOff(++this.#failures), MOST_MS))
  }
}

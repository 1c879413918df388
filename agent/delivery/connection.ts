import { backOff } from '../back-off.ts'
import { isForbidden } from './messages.ts'

const REFUSED_MS = 30_000
/** Longest delay between tries to reach a server that does not answer. */
const MAX_DELAY_MS = 10_000

/** Connection state and retry delay; logs changes. */
export class Connection {
  /** Why the last try failed; null when it succeeded. */
  problem: string | null = null
  #failures = 0
  #say: (line: string) => void
  #refusedMs: number

  /** @param refusedMs delay between tries while the server refuses the token, ms */
  constructor(say: (line: string) => void, refusedMs = REFUSED_MS) {
    this.#say = say
    this.#refusedMs = refusedMs
  }

  succeeded() {
    if (this.problem !== null) this.#say('the server answers again')
    this.#failures = 0
    this.problem = null
  }

  /** @returns the delay before the next try, ms */
  failed(what: string, error: unknown): number {
    const problem = `${what}: ${error instanceof Error ? error.message : String(error)}`
    if (problem !== this.problem) this.#say(problem)
    this.problem = problem
    const refused = isForbidden(error) ? this.#refusedMs * (0.75 + Math.random() / 2) : 0
    return Math.max(refused, Math.min(backOff(++this.#failures), MAX_DELAY_MS))
  }
}

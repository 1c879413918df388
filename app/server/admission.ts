/**
 * Lets so many requests begin in one turn of the event loop, the others in the turns after, in order. When a fleet
 * comes back at once, thousands are read in one turn: begun together, each would hold its memory until the last of
 * them is committed (10,000 heartbeats at once: 190 MB; 500 in a turn: 80).
 */
export class Pace {
  readonly #limit: number
  readonly #waiting: (() => void)[] = []
  /** Since the last turn that somebody waited for: to know of every turn would cost each request a little. */
  #begun = 0
  #expected = false

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Undefined where the request may begin at once; otherwise settles when it may. */
  turn(): Promise<void> | undefined {
    if (this.#begun < this.#limit) {
      this.#begun++
      return undefined
    }
    this.#expect()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #expect() {
    if (this.#expected) return
    this.#expected = true
    setImmediate(this.#next)
  }

  readonly #next = () => {
    this.#expected = false
    const now = this.#waiting.splice(0, this.#limit)
    this.#begun = now.length
    if (this.#waiting.length > 0) this.#expect()
    for (const begin of now) begin()
  }
}

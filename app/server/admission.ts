/**
 * Starts at most `limit` requests in one turn of the event loop, the others in later turns, in order. A fleet that
 * reconnects sends thousands in one turn; started together, each holds its memory until the last is committed
 * (10,000 heartbeats: 190 MB at once, 80 MB at 500 a turn).
 */
export class Admission {
  readonly #limit: number
  readonly #waiting: (() => void)[] = []
  /** Requests started since the last turn that was scheduled; turns without waiting requests are not tracked. */
  #started = 0
  #scheduled = false

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Undefined if the request may start at once; otherwise resolves when it may. */
  turn(): Promise<void> | undefined {
    if (this.#started < this.#limit) {
      this.#started++
      return undefined
    }
    this.#schedule()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #schedule() {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(this.#next)
  }

  readonly #next = () => {
    this.#scheduled = false
    const now = this.#waiting.splice(0, this.#limit)
    this.#started = now.length
    if (this.#waiting.length > 0) this.#schedule()
    for (const start of now) start()
  }
}

import type { Clock } from '../clock.ts'

/** Large answers at the same time: of the largest results, 48 MiB. */
const AT_ONCE = 3
/** While others wait for a turn, an answer may be sent for this long; ms. */
const TURN_MS = 30_000

/** The turn of a large answer. */
export class Turn {
  readonly since: number
  #cut: (() => void) | undefined
  readonly #ended: (turn: Turn) => void

  constructor(since: number, ended: (turn: Turn) => void) {
    this.since = since
    this.#ended = ended
  }

  /** Says how to break it off. */
  onCut(cut: () => void): void {
    this.#cut = cut
  }

  /** Breaks it off. */
  cut(): void {
    this.#cut?.()
    this.end()
  }

  /** The answer is sent, or given up. */
  end(): void {
    this.#ended(this)
  }
}

/**
 * Bounds the memory of large answers: a reader may take one as slowly as it likes, but a few at a time. Others wait
 * for their turn, and while they wait, one that takes too long is cut off.
 */
export class Sending {
  readonly #clock: Clock
  /** The oldest first. */
  readonly #turns = new Set<Turn>()
  readonly #waiting: ((turn: Turn) => void)[] = []
  #watched = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Waits for a turn; it must be ended. */
  async turn(): Promise<Turn> {
    if (this.#turns.size < AT_ONCE) return this.#begin()
    const turn = new Promise<Turn>((resolve) => this.#waiting.push(resolve))
    this.#watch()
    return turn
  }

  #begin(): Turn {
    const turn = new Turn(this.#clock.monotonic(), (ended) => this.#end(ended))
    this.#turns.add(turn)
    return turn
  }

  #end(turn: Turn): void {
    if (!this.#turns.delete(turn)) return
    this.#waiting.shift()?.(this.#begin())
  }

  /** Looks at the oldest as soon as it has had its time. */
  #watch(): void {
    const [oldest] = this.#turns
    if (this.#watched || !oldest || this.#waiting.length === 0) return
    this.#watched = true
    this.#clock.after(Math.max(0, oldest.since + TURN_MS - this.#clock.monotonic()), () => {
      this.#watched = false
      if (this.#waiting.length > 0 && this.#turns.has(oldest)) oldest.cut()
      this.#watch()
    })
  }
}

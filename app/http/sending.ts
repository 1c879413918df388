import type { Clock } from '../clock.ts'

/** Large answers at the same time: of the largest results, 48 MiB. */
const AT_ONCE = 3
/** Of one client: a connection that asks for fifty and takes none must not keep others waiting. */
const OF_ONE_CLIENT = 2
/** While others wait for a turn, an answer may be sent for this long; ms. */
const TURN_MS = 30_000

/** The turn of a large answer. */
export class Turn {
  readonly client: string
  readonly since: number
  #cut: (() => void) | undefined
  readonly #ended: (turn: Turn) => void

  constructor(client: string, since: number, ended: (turn: Turn) => void) {
    this.client = client
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
  readonly #waiting: { client: string; begin(turn: Turn): void }[] = []
  #watched = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Waits for a turn; it must be ended. @param client whose answer it is: an address */
  async turn(client: string): Promise<Turn> {
    const turn = new Promise<Turn>((begin) => this.#waiting.push({ client, begin }))
    this.#next()
    this.#watch()
    return turn
  }

  /** Gives free turns to those who have waited longest, of clients that may have one more. */
  #next(): void {
    while (this.#turns.size < AT_ONCE) {
      const at = this.#waiting.findIndex(({ client }) => this.#turnsOf(client) < OF_ONE_CLIENT)
      const [next] = at < 0 ? [] : this.#waiting.splice(at, 1)
      if (!next) return
      const turn = new Turn(next.client, this.#clock.monotonic(), (ended) => this.#end(ended))
      this.#turns.add(turn)
      next.begin(turn)
    }
  }

  #turnsOf = (client: string) => [...this.#turns].filter((turn) => turn.client === client).length

  #end(turn: Turn): void {
    if (this.#turns.delete(turn)) this.#next()
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

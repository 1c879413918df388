/**
 * Large bodies that are received or handled at the same time have so many bytes together: two of the largest results, one
 * of which arrives while the other is stored.
 */
const TOGETHER_MAX = 32 * 1024 * 1024

type Waiting = { bytes: number; begin(): void }

/**
 * Bounds the memory of large bodies: what would exceed it waits, unread, until others are done with. Its sender is
 * slowed down; nothing is refused. Senders that dawdle are cut off by the time limit of requests.
 */
export class Receiving {
  readonly #most: number
  readonly #waiting: Waiting[] = []
  #bytes = 0

  /** @param most in bytes */
  constructor(most = TOGETHER_MAX) {
    this.#most = most
  }

  /** Waits for the turn of a body of at most so many bytes. @returns what tells that it is done with */
  async enter(bytes: number): Promise<() => void> {
    if (this.#waiting.length > 0 || !this.#fits(bytes))
      await new Promise<void>((begin) => this.#waiting.push({ bytes, begin }))
    else this.#bytes += bytes
    let here = true
    return () => {
      if (here) this.#bytes -= bytes
      here = false
      this.#admit()
    }
  }

  /** One alone may be larger than the bound. */
  #fits(bytes: number): boolean {
    return this.#bytes === 0 || this.#bytes + bytes <= this.#most
  }

  #admit() {
    for (let next = this.#waiting[0]; next && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#bytes += next.bytes
      next.begin()
    }
  }
}

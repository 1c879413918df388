/** Bodies that are received at the same time have so many bytes together: one of the largest files, or four results. */
const TOGETHER_MAX = 64 * 1024 * 1024

type Waiting = { bytes: number; begin(): void }

/**
 * Bounds the memory of bodies that are being received: what would exceed it waits, unread, until others are whole.
 * Its sender is slowed down; nothing is refused. Senders that dawdle are cut off by the time limit of requests.
 */
export class Receiving {
  readonly #most: number
  readonly #waiting: Waiting[] = []
  #bytes = 0

  /** @param most in bytes */
  constructor(most = TOGETHER_MAX) {
    this.#most = most
  }

  /** Reads a body of at most so many bytes in its turn. @throws what `read` throws */
  async inTurn<T>(bytes: number, read: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#fits(bytes))
      await new Promise<void>((begin) => this.#waiting.push({ bytes, begin }))
    else this.#bytes += bytes
    try {
      return await read()
    } finally {
      this.#bytes -= bytes
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

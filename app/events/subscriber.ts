/** One event, encoded once for all who listen. */
export type Frame = { id: number; text: string }

/** How far a subscriber may fall behind before it is closed: it reconnects and misses nothing. */
const MAX_FRAMES = 1000
const MAX_CHARS = 1_000_000

/** One reader's bounded queue of frames. */
export class Subscriber {
  #frames: Frame[] = []
  #chars = 0
  #waiting: (() => void) | undefined
  #closed = false
  readonly source: string | undefined
  #leave: (subscriber: Subscriber) => void
  #onOverflow: () => void

  constructor(source: string | undefined, leave: (subscriber: Subscriber) => void, onOverflow: () => void) {
    this.source = source
    this.#leave = leave
    this.#onOverflow = onOverflow
  }

  /** The frames since the last call, as soon as there are any; [] when woken without one; null when closed. */
  next(): Promise<Frame[] | null> {
    if (this.#frames.length > 0) return Promise.resolve(this.#take())
    if (this.#closed) return Promise.resolve(null)
    const woken = new Promise<void>((resolve) => {
      this.#waiting = resolve
    })
    // By then all frames of a commit are there: they go out in one write.
    return woken.then(() => (this.#closed && this.#frames.length === 0 ? null : this.#take()))
  }

  /** False when it fell too far behind and is closed. */
  push(frame: Frame): boolean {
    this.#frames.push(frame)
    this.#chars += frame.text.length
    if (this.#frames.length > MAX_FRAMES || this.#chars > MAX_CHARS) {
      this.#frames = []
      this.stop()
      this.#onOverflow()
      return false
    }
    this.#wakeReader()
    return true
  }

  wake() {
    this.#wakeReader()
  }

  /** Ends the subscription; more calls do nothing. */
  stop() {
    if (this.#closed) return
    this.#closed = true
    this.#leave(this)
    this.#wakeReader()
  }

  #wakeReader() {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.()
  }

  #take() {
    const frames = this.#frames
    this.#frames = []
    this.#chars = 0
    return frames
  }
}

/** One event, encoded once for all subscribers. */
export type Frame = { id: number; text: string }

/** How far a subscriber may fall behind before it is closed; after reconnecting it misses nothing. */
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

  /** The frames since the last call, once there are any; [] if woken without one, null if closed. */
  next(): Promise<Frame[] | null> {
    if (this.#frames.length > 0) return Promise.resolve(this.#take())
    if (this.#closed) return Promise.resolve(null)
    const woken = new Promise<void>((resolve) => {
      this.#waiting = resolve
    })
    // Deferred until all frames of a commit are queued: they go out in one write.
    return woken.then(() => (this.#closed && this.#frames.length === 0 ? null : this.#take()))
  }

  /** False if it fell too far behind and was closed. */
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

  /** Ends the subscription; further calls do nothing. */
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

import type { Clock } from '../app/clock.ts'

type Timer = { at: number; fn: () => void }

/** A clock that stands still until it is advanced. */
export class TestClock implements Clock {
  #now: number
  #steady = 0
  #timers = new Set<Timer>()

  readonly #settle: () => Promise<unknown>

  /** `settle` waits for what a timer started to come to rest. */
  constructor(start = Date.UTC(2026, 0, 15, 12), settle: () => Promise<unknown> = settled) {
    this.#now = start
    this.#settle = settle
  }

  now() {
    return this.#now
  }

  monotonic() {
    return this.#steady
  }

  after(ms: number, fn: () => void) {
    const timer = { at: this.#steady + ms, fn }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** Lets time pass, calling every timer when it is due and waiting for what it starts. */
  async advance(ms: number) {
    const end = this.#steady + ms
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      this.#pass((next?.at ?? end) - this.#steady)
      if (!next) return
      this.#timers.delete(next)
      next.fn()
      await this.#settle()
    }
  }

  /** Lets a long time pass at once: timers that fall due meanwhile are called once, at its end. */
  async skip(ms: number) {
    this.#pass(ms)
    const due = [...this.#timers].filter(({ at }) => at <= this.#steady)
    for (const timer of due.sort((a, b) => a.at - b.at)) {
      this.#timers.delete(timer)
      timer.fn()
      await this.#settle()
    }
  }

  /** Somebody sets the wall clock; no time passes. */
  set(ms: number) {
    this.#now += ms
  }

  #pass(ms: number) {
    this.#steady += ms
    this.#now += ms
  }
}

/** A unit of work takes a turn of the event loop for each answer that it waits for, if its database is a remote one. */
const TURNS = process.env['KITT_TEST_DATABASE'] === 'remote' ? 200 : 20

/** Lets everything that is ready to run, database calls included, run. */
export async function settled() {
  for (let i = 0; i < TURNS; i++) await new Promise((resolve) => setImmediate(resolve))
}

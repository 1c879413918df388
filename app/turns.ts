import { soon } from '../lib/soon.ts'

/** Waits for the next turn of the event loop. */
export const nextTurn = () => new Promise<void>(soon)

let last: Promise<unknown> = Promise.resolve()

/**
 * Runs work on large documents one after the other: each step blocks the event loop for some milliseconds, and
 * concurrent work would add up in one turn, and in memory.
 */
export function oneByOne<T>(work: () => Promise<T>): Promise<T> {
  const done = last.then(work)
  last = done.catch(() => {})
  return done
}

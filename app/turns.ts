import { soon } from '../lib/soon.ts'

/** Lets everything else that is ready run. */
export const nextTurn = () => new Promise<void>(soon)

let last: Promise<unknown> = Promise.resolve()

/**
 * Does what works on many MiB, one after the other: each step of it holds everybody up for some milliseconds, and steps
 * of several in one turn of the event loop would add up, as would what they hold in memory.
 */
export function oneByOne<T>(work: () => Promise<T>): Promise<T> {
  const done = last.then(work)
  last = done.catch(() => {})
  return done
}

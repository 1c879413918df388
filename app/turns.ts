import { soon } from '../lib/soon.ts'

/** Waits for the next turn of the event loop. */
export const nextTurn = () => new Promise<void>(soon)

/** The longest rest after large work, in milliseconds. */
const REST_MS = 100

let last: Promise<unknown> = Promise.resolve()

/**
 * Runs work on large documents one at a time: each step blocks the event loop for some milliseconds, and
 * concurrent work would add up in one turn and in memory. A rest as long as the work follows it: a small
 * request takes several turns, and would wait for such a step in each.
 */
export function oneByOne<T>(work: () => Promise<T>): Promise<T> {
  let rest = 0
  const done = last.then(async () => {
    const begun = performance.now()
    try {
      return await work()
    } finally {
      rest = Math.min(REST_MS, performance.now() - begun)
    }
  })
  last = done.catch(() => {}).then(() => new Promise((resolve) => setTimeout(resolve, rest)))
  return done
}

/** Work in one turn of the event loop, ms. */
const TURN_MS = 5

/** Items one after the other, with room for others between the turns. */
export async function* inTurns<T>(items: readonly T[]): AsyncGenerator<T> {
  let begun = performance.now()
  for (const item of items) {
    yield item
    if (performance.now() - begun < TURN_MS) continue
    await nextTurn()
    begun = performance.now()
  }
}

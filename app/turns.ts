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

/** Statements of so many items travel together. */
const SIDE_BY_SIDE = 100

/**
 * Does the work of a unit for many items, side by side: on a remote database their statements share turns, so that
 * a hundred take as long as one, and the database does not end the transaction before them. All have ended before
 * the first error is thrown: none may go on after its unit.
 */
export async function sideBySide<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < items.length; i += SIDE_BY_SIDE) {
    const ended = await Promise.allSettled(items.slice(i, i + SIDE_BY_SIDE).map(work))
    const failed = ended.find((one) => one.status === 'rejected')
    if (failed) throw failed.reason
  }
}

/** Lets everything else that is ready run. */
export const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A line in which one piece of work is done after the other. */
export function createLine(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
}

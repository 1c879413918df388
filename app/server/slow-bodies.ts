/** A body may arrive as slowly as this, in bytes a second: as over a thin uplink, but not in drops. */
export const SLOWEST = 50 * 1024

/**
 * Has a request cut whose body is not there after `ms`, unless it arrives faster than `SLOWEST`; then it is looked at
 * again after as long.
 * @param received bytes so far, of the connection
 * @returns a function that ends the watch
 */
export function watchBody(ms: number, received: () => number, cut: () => void): () => void {
  let before = received()
  const look = () => {
    const now = received()
    if (now - before < (SLOWEST * ms) / 1000) return cut()
    before = now
    timer = setTimeout(look, ms)
  }
  let timer = setTimeout(look, ms)
  return () => clearTimeout(timer)
}

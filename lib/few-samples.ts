/** What the mark of a percentile of too few values says. */
export const FEW_TEXT = 'Too few requests for this percentile'

/** Whether a percentile, by its name like `ttft_ms.p99`, is of fewer values than it has a meaning for. */
export function isTooFew(name: string, count: number | undefined): boolean {
  const percent = /\.p(\d\d)$/.exec(name)?.[1]
  if (percent === undefined || count === undefined) return false
  // The 99th of a hundred values is the first that is not simply their largest.
  return count < 1 / (1 - Number(percent) / 100) - 1e-9
}

/** The metric that has the number of values of a percentile: `ttft_ms.count` of `ttft_ms.p99`. */
export const countOf = (name: string): string => `${name.slice(0, Math.max(0, name.lastIndexOf('.')))}.count`

import { measure, type ResultView } from './result.ts'

/** What the mark of such a number says. */
export const FEW_TEXT = 'Too few requests for this percentile'

/** Whether a percentile, by its name like `ttft_ms.p99`, is of fewer values than it has a meaning for. */
export function isTooFew(name: string, count: number | undefined): boolean {
  const percent = /\.p(\d\d)$/.exec(name)?.[1]
  if (percent === undefined || count === undefined) return false
  // The 99th of a hundred values is the first that is not simply their largest.
  return count < 1 / (1 - Number(percent) / 100) - 1e-9
}

/** Whether a metric of a result is a percentile of too few requests. */
export const isFew = (result: ResultView, name: string): boolean =>
  isTooFew(name, measure(result, `${name.slice(0, Math.max(0, name.lastIndexOf('.')))}.count`)?.value)

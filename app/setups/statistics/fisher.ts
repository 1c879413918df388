import jStat from 'jstat'

/** Of `total` requests, `failed` failed. */
export type Rate = { failed: number; total: number }

/** Tables as likely as the one seen count as extreme, in spite of rounding (as R does). */
const AS_LIKELY = 1 + 1e-7

/**
 * Fisher's exact test of two rates: the two-sided p value, from all tables with the same sums that are not more likely
 * than the one seen. Counts are whole and not negative.
 */
export function fisherP(a: Rate, b: Rate): number {
  const failed = a.failed + b.failed
  const low = Math.max(0, failed - b.total)
  const high = Math.min(a.total, failed)
  const tables = lnChoose(a.total + b.total, failed)
  const weight = (k: number) => Math.exp(lnChoose(a.total, k) + lnChoose(b.total, failed - k) - tables)
  const seen = weight(a.failed) * AS_LIKELY
  let p = 0
  for (let k = low; k <= high; k++) {
    const one = weight(k)
    if (one <= seen) p += one
  }
  return Math.min(1, p)
}

const lnChoose = (n: number, k: number) =>
  jStat.factorialln(n) - jStat.factorialln(k) - jStat.factorialln(n - k)

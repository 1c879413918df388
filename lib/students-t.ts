import jStat from 'jstat'

// Student's t distribution, for whole and fractional degrees of freedom, to about eight digits, in the far tails too.

/** P(T ≤ t); `df` > 0. */
export function tCdf(t: number, df: number): number {
  if (!Number.isFinite(t)) return t > 0 ? 1 : t < 0 ? 0 : Number.NaN
  const tail = jStat.ibeta(df / (df + t * t), df / 2, 0.5) / 2
  return t > 0 ? 1 - tail : tail
}

/** The two-sided p value of a t statistic. */
export const twoSidedP = (t: number, df: number): number => Math.min(1, 2 * tCdf(-Math.abs(t), df))

/**
 * The t with P(T ≤ t) = `p`; 0 < p < 1.
 * @example tQuantile(0.975, 4.5) // 2.659
 */
export function tQuantile(p: number, df: number): number {
  if (!Number.isInteger(df) || df < 1 || df > KEPT_DF) return jStat.studentt.inv(p, df)
  let ofP = kept.get(p)
  if (!ofP) {
    if (kept.size >= KEPT_P) kept.clear()
    ofP = new Float64Array(KEPT_DF + 1).fill(Number.NaN)
    kept.set(p, ofP)
  }
  if (Number.isNaN(ofP[df])) ofP[df] = jStat.studentt.inv(p, df)
  return ofP[df] as number
}

/** Quantiles for few whole degrees of freedom: judging a run asks for the same dozens of times. */
const kept = new Map<number, Float64Array>()
const KEPT_P = 20
const KEPT_DF = 200

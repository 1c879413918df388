import { tQuantile, twoSidedP } from '../../../lib/students-t.ts'
import { changeOf, type Sample, type Scale } from './logs.ts'

/** A difference of two means on the scale of their metric; `se` is its standard error. */
export type Contrast = { d: number; se: number; df: number }

/**
 * The difference of two means that may vary differently, with Satterthwaite's degrees of freedom.
 * @param most the most degrees of freedom that there can be, where both sides lean on the same history
 */
export function welch(a: Sample, b: Sample, most = Number.POSITIVE_INFINITY): Contrast {
  const va = a.sd ** 2 / a.n
  const vb = b.sd ** 2 / b.n
  const df = (va + vb) ** 2 / (va ** 2 / Math.max(1, a.df) + vb ** 2 / Math.max(1, b.df))
  return { d: b.mean - a.mean, se: Math.sqrt(va + vb), df: Math.min(df, most) }
}

/** The difference of two means with one variance for both: for sides too small for a variance of their own. */
export function pooled(a: Sample, b: Sample, floor = 0): Contrast {
  const df = a.df + b.df
  const variance = (a.df * a.sd ** 2 + b.df * b.sd ** 2) / df
  const sd = Math.max(Math.sqrt(variance), floor)
  return { d: b.mean - a.mean, se: sd * Math.sqrt(1 / a.n + 1 / b.n), df }
}

/** The two-sided p value of a difference. */
export const pOf = ({ d, se, df }: Contrast): number => twoSidedP(d / se, df)

/** The interval of a change, as a share or in points. */
export function changeInterval(contrast: Contrast, confidence: number, scale: Scale): [number, number] {
  const half = tQuantile((1 + confidence) / 2, contrast.df) * contrast.se
  return [changeOf(contrast.d - half, scale), changeOf(contrast.d + half, scale)]
}

/** The interval of the ratio that covers with the given confidence. */
export function ratioInterval({ d, se, df }: Contrast, confidence: number): [low: number, high: number] {
  const half = tQuantile((1 + confidence) / 2, df) * se
  return [Math.exp(d - half), Math.exp(d + half)]
}

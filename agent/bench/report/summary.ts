import { mean, sampleSd } from '../../../lib/statistics.ts'

/** P(|T| < t) of Student's t distribution, for an integer `df` (finite series). */
function centralProbability(t: number, df: number): number {
  const angle = Math.atan(t / Math.sqrt(df))
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
  const odd = df % 2 === 1
  let term = odd ? cos : 1
  let sum = df === 1 ? 0 : term
  for (let k = odd ? 3 : 2; k <= df - 2; k += 2) {
    term *= (cos * cos * (k - 1)) / k
    sum += term
  }
  return odd ? (2 / Math.PI) * (angle + sin * sum) : sin * sum
}

/** The two-sided critical value of Student's t for a `confidence` (0..1). */
export function studentT(confidence: number, df: number): number {
  let low = 0
  let high = 1
  while (centralProbability(high, df) < confidence) high *= 2
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2
    if (centralProbability(middle, df) < confidence) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** One metric across runs; a single run has only `mean`. `cv` is sd / mean. */
export interface Summary {
  n: number
  mean: number
  stddev?: number
  cv?: number
  ci95_low?: number
  ci95_high?: number
}

/** Mean, sample sd, coefficient of variation and the 95 % t interval of the mean. `values` is not empty. */
export function summarize(values: readonly number[]): Summary {
  const n = values.length
  const center = mean(values)
  const stddev = sampleSd(values)
  if (stddev === null) return { n, mean: center }
  const half = (studentT(0.95, n - 1) * stddev) / Math.sqrt(n)
  const cv = center === 0 ? {} : { cv: stddev / center }
  return { n, mean: center, stddev, ...cv, ci95_low: center - half, ci95_high: center + half }
}

/** The numbers of a metrics object by dotted name, without lists, texts and missing values. */
export function flattenNumbers(value: unknown, prefix = ''): [string, number][] {
  if (typeof value === 'number') return Number.isFinite(value) ? [[prefix, value]] : []
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    flattenNumbers(inner, prefix ? `${prefix}.${key}` : key),
  )
}

/** Summarizes every metric over the runs of one benchmark. */
export function summarizeRuns(runs: readonly unknown[]): Record<string, Summary> {
  const values = new Map<string, number[]>()
  for (const run of runs) {
    for (const [name, value] of flattenNumbers(run)) values.set(name, [...(values.get(name) ?? []), value])
  }
  return Object.fromEntries([...values].map(([name, list]) => [name, summarize(list)]))
}

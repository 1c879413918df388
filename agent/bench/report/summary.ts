import { mean, sampleSd } from '../../../lib/statistics.ts'
import { tQuantile } from '../../../lib/students-t.ts'

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
  const half = (tQuantile(0.975, n - 1) * stddev) / Math.sqrt(n)
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

import { plural } from '../../lib/format-number.ts'
import type { Sha256 } from '../deps.ts'
import { metricInfo } from '../results/metric-units.ts'
import type { MeasuredSetup } from './measured.ts'

/** The longest name of a measure in Bencher. */
const MEASURE_MAX = 64
const DIGEST = 8

type BencherMetric = { value: number; lower_value?: number; upper_value?: number }
type Bencher = Record<string, Record<string, BencherMetric>>

/** Bencher Metric Format: a benchmark for each setup; of several runs their mean, and the lowest and highest. */
export function bencherReport(setups: readonly MeasuredSetup[], sha256: Sha256): Bencher {
  return Object.fromEntries(
    setups.map(({ label, metrics }) => [
      label,
      Object.fromEntries(
        [...metrics].map(([metric, { n, mean, min, max }]): [string, BencherMetric] => [
          shortened(metric, sha256),
          n === 1 ? { value: mean } : { value: mean, lower_value: min, upper_value: max },
        ]),
      ),
    ]),
  )
}

const shortened = (metric: string, sha256: Sha256) =>
  metric.length <= MEASURE_MAX
    ? metric
    : `${metric.slice(0, MEASURE_MAX - DIGEST - 1)}-${sha256(metric).slice(0, DIGEST)}`

/** A value as github-action-benchmark takes it. */
type GithubValue = { name: string; unit: string; value: number; range?: string; extra: string }

/** The values of the metrics whose direction is `better`, for customSmallerIsBetter or customBiggerIsBetter. */
export const githubReport = (setups: readonly MeasuredSetup[], better: 'higher' | 'lower'): GithubValue[] =>
  setups.flatMap(({ label, setup_id, runs, metrics }) =>
    [...metrics].flatMap(([metric, { n, mean, min, max }]) => {
      const { unit, better: direction } = metricInfo(metric)
      if (direction !== better) return []
      const range = n === 1 ? {} : { range: `${min} to ${max}` }
      const extra = `setup ${setup_id}, ${plural(runs, 'run')}`
      return [{ name: `${label}: ${metric}`, unit: unit ?? '', value: mean, ...range, extra }]
    }),
  )

import { metricInfo } from '../results/metric-units.ts'
import { type Json, number, object } from './loose.ts'

/** A metric of a run: the mean over its repeats, and the requests behind it if known. */
export type RunValue = { metric: string; value: number; samples: number | null }

/** Rates of a window; the requests that succeeded are behind them. */
const RATES = ['output_tps', 'total_tps', 'request_rate_rps', 'goodput_rps', 'avg_tps']
/** Distributions of a window, with the requests or gaps that they are of. */
const DISTRIBUTIONS = ['ttft_ms', 'tpot_ms', 'itl_ms', 'e2e_latency_ms']
const PERCENTILES = ['p50', 'p95', 'p99']
/** Of the GPUs, under the name that they have here. */
const OF_GPU = { tokens_per_joule: 'gpu.tokens_per_joule', memory_peak_gb: 'gpu.memory_peak_gb' } as const
/** The most metrics of a benchmark that KITT does not know. */
const OTHERS_MAX = 20

/** The judged values of one window or benchmark, by metric. */
function valuesIn(window: Json): Map<string, { value: number; samples: number | null }> {
  const found = new Map<string, { value: number; samples: number | null }>()
  const add = (metric: string, value: unknown, samples: number | null) => {
    const known = number(value)
    if (known !== null) found.set(metric, { value: known, samples })
  }
  const good = number(window['successful_requests'])
  for (const metric of RATES) add(metric, window[metric], good)
  // In newer documents it is a rate of whole requests, of which the first is the better measure.
  if (found.has('output_tps')) found.delete('avg_tps')
  add('error_rate', window['error_rate'], number(window['requests']))
  for (const name of DISTRIBUTIONS) {
    const of = object(window[name])
    const count = number(of['count'])
    for (const percentile of PERCENTILES) add(`${name}.${percentile}`, of[percentile], count)
    if (!found.has(`${name}.p50`)) add(`${name}.avg`, of['avg'], count)
  }
  const gpu = object(window['gpu'])
  for (const [name, metric] of Object.entries(OF_GPU)) add(metric, gpu[name], null)
  add('gpu.memory_peak_gb', window['gpu_memory_peak_gb'], null)
  return found
}

/** Other plain numbers with a direction: of a benchmark that KITT does not have, such as an accuracy. */
function othersIn(window: Json): Map<string, { value: number; samples: number | null }> {
  const questions = number(window['samples'])
  const known = Object.entries(window).flatMap(([name, value]) => {
    const plain = number(value)
    const { better, unit } = metricInfo(name)
    if (plain === null || name.length > 200 || better === null) return []
    // A share of questions is as exact as they are many.
    const samples = unit === 'ratio' && Number.isSafeInteger(questions) ? questions : null
    return [[name.toWellFormed(), { value: plain, samples }] as const]
  })
  return new Map(known.slice(0, OTHERS_MAX))
}

/**
 * The values of a run over its repeats. Samples add up, and weigh an error rate.
 * @param windows one for each repeat
 */
export function valuesOf(windows: readonly Json[], isOwn: boolean): RunValue[] {
  const all = windows.map((window) => {
    const values = valuesIn(window)
    return isOwn || values.size > 0 ? values : othersIn(window)
  })
  const names = [...new Set(all.flatMap((values) => [...values.keys()]))]
  const means = names.map((metric) => {
    const known = all.flatMap((values) => values.get(metric) ?? [])
    const counts = known.map(({ samples }) => samples)
    const total = counts.every((n) => n !== null) ? sum(counts as number[]) : null
    // A number of requests that none can be says nothing.
    const samples = Number.isSafeInteger(total) ? total : null
    const weight = (n: number | null) =>
      metric === 'error_rate' && samples ? (n ?? 0) / samples : 1 / known.length
    return { metric, value: sum(known.map(({ value, samples: n }) => value * weight(n))), samples }
  })
  return means.filter(({ value }) => Number.isFinite(value))
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)

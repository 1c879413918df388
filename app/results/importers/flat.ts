import { BadRequest } from '../../errors.ts'
import { records } from './content.ts'
import { csvObjects, csvRows } from './csv.ts'
import type { Content, ImportedRun, Importer } from './importer.ts'
import { notTooMany } from './many-runs.ts'
import { hasSucceeded } from './measured.ts'
import { count, defined, isObject, type Json, numeric, text } from './values.ts'

/** Where a fact or metric of KITT's is in a file: `a.b`, and in which unit. */
type Place = { to: string; from: string; scale: number }

const FACTS = ['model', 'engine', 'engine_version', 'gpu_model', 'host'] as const
const OPTIONS = ['concurrency', 'rate', 'requests', 'input_tokens', 'output_tokens'] as const

/** The names of KITT's metrics end so, of a single value or of a statistic of several. */
const METRIC =
  /^[a-z][a-z0-9_]*_(tps|rps|ms|s|mb|gb|watts|joules|tokens|requests)(_per_(user|gpu))?(\.(avg|min|max|stddev|p\d{1,3}))?$|^(error_rate|accuracy|exact_match|score)$/
/** Those of which 0 says that nothing was observed. */
const NEVER_ZERO = /(_tps|_rps|_ms|_s)(\.|$)/

/** How much one of a unit is of KITT's, by the end of the metric's name. */
const SCALES: readonly (readonly [name: RegExp, units: Readonly<Record<string, number>>])[] = [
  [/_ms(\.|$)/, { ns: 1e-6, us: 1e-3, ms: 1, s: 1000 }],
  [/_s$/, { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1 }],
  [/(_tps|_rps)(\.|$)/, { '/s': 1, '/min': 1 / 60 }],
  [/_rate$/, { ratio: 1, '%': 0.01 }],
]

/**
 * The reader of a file that no tool of KITT's list writes: objects of JSON, JSON lines or CSV, each a run, by what the
 * caller says of its fields. @param told like `output_tps=results.throughput` or `ttft_ms.p50=ttft:s`
 * @throws BadRequest
 */
export function flatImporter(told: readonly string[]): Importer {
  const places = told.map(placeOf)
  const metrics = places.filter(({ to }) => kindOf(to) === 'metric')
  if (metrics.length === 0)
    throw new BadRequest(
      'map: none of them names a metric, like output_tps=throughput or ttft_ms.p50=ttft:s.',
    )
  const looksFor = `one of ${metrics.map(({ from }) => `"${from}"`).join(', ')}, as given by map`
  return {
    format: 'flat',
    tool: 'other tool',
    looksFor,
    detect: () => true,
    read: (content) => notTooMany(recordsOf(content)).map((record) => runOf(record, places, looksFor)),
  }
}

function placeOf(told: string): Place {
  const [, to = '', from = '', unit] = /^([^=]+)=(.+?)(?::([a-zµ%/]+))?$/.exec(told) ?? []
  if (to === '')
    throw new BadRequest(
      `map: "${told.slice(0, 80)}" must be like output_tps=throughput or ttft_ms.p50=ttft:s.`,
    )
  if (kindOf(to) === undefined)
    throw new BadRequest(
      `map: "${to.slice(0, 80)}" is neither a metric of KITT's, like output_tps or ttft_ms.p50, nor one of ${[...FACTS, 'gpu_count', 'timestamp', ...OPTIONS.map((name) => `options.${name}`)].join(', ')}.`,
    )
  return { to, from, scale: scaleOf(to, unit) }
}

function kindOf(to: string): 'fact' | 'option' | 'metric' | undefined {
  if ([...FACTS, 'gpu_count', 'timestamp'].includes(to as 'model')) return 'fact'
  if (OPTIONS.some((name) => to === `options.${name}`)) return 'option'
  return METRIC.test(to) ? 'metric' : undefined
}

function scaleOf(to: string, unit: string | undefined): number {
  if (unit === undefined) return 1
  const [, units = {}] = SCALES.find(([name]) => name.test(to)) ?? []
  const scale = Object.hasOwn(units, unit) ? units[unit] : undefined
  if (scale !== undefined) return scale
  const known = Object.keys(units).join(', ')
  throw new BadRequest(`map: ${to} is not taken in "${unit}"${known ? `, but in ${known}` : ''}.`)
}

/** Objects of JSON, or the rows of CSV. */
function recordsOf(content: Content): Json[] {
  return content.text === undefined ? records(content) : csvObjects(csvRows(content.text.trimStart()))
}

/** The value at `a.b.0`; a member whose own name has dots is found too. */
function valueAt(record: Json, path: string): unknown {
  if (path in record) return record[path]
  let value: unknown = record
  for (const key of path.split('.')) {
    if (!isObject(value) && !Array.isArray(value)) return undefined
    value = Object.hasOwn(value, key) ? (value as Json)[key] : undefined
  }
  return value
}

function runOf(record: Json, places: readonly Place[], looksFor: string): ImportedRun {
  const at = (to: string) => {
    const place = places.find((one) => one.to === to)
    return place && valueAt(record, place.from)
  }
  const metrics = metricsOf(record, places)
  if (Object.keys(metrics).length === 0)
    return { refused: `It has no number at ${looksFor}.`, results: [], original: record }
  const time = at('timestamp')
  const timestamp = text(time) ?? numeric(time)
  const concurrency = count(at('options.concurrency'))
  const options = Object.fromEntries(OPTIONS.map((name) => [name, numeric(at(`options.${name}`))]))
  const mode = concurrency === 1 ? 'synchronous' : concurrency === undefined ? undefined : 'concurrent'
  const successful = numeric(metrics['successful_requests'])
  return {
    ...Object.fromEntries(FACTS.map((name) => [name, text(at(name))])),
    gpu_count: count(at('gpu_count')) || undefined,
    ...(timestamp === undefined ? {} : { timestamp: { value: timestamp, source: 'file' as const } }),
    results: [{ test_name: 'other_load', passed: hasSucceeded(successful, metrics), metrics }],
    options: defined({ mode, ...options }),
    parameters: { map: places.map(({ to, from, scale }) => ({ to, from, scale })) },
    original: record,
  }
}

function metricsOf(record: Json, places: readonly Place[]): Json {
  const metrics: Json = {}
  for (const { to, from, scale } of places) {
    if (kindOf(to) !== 'metric') continue
    const value = numeric(valueAt(record, from))
    if (value === undefined || value < 0 || (value === 0 && NEVER_ZERO.test(to))) continue
    const [name = '', statistic] = to.split('.')
    if (statistic === undefined) metrics[name] = value * scale
    else metrics[name] = { ...(isObject(metrics[name]) ? metrics[name] : {}), [statistic]: value * scale }
  }
  return metrics
}

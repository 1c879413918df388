import { onlyRecord } from './content.ts'
import type { ImportedRun, Importer, Told, Warning } from './importer.ts'
import { hasSucceeded } from './measured.ts'
import { lengthsOf, noFirstToken, warningsOf, windowOf } from './serving.ts'
import { latencyWithUnit, millisecondsIn } from './units.ts'
import { count, defined, type Json, list, number, object, positive, text, times, without } from './values.ts'

/** What AIPerf exports of a profile: one object for each metric, with its unit. */
export const aiperf: Importer = {
  format: 'aiperf',
  tool: 'aiperf',
  percentiles: 'linear',
  looksFor: '"aiperf_version", or "request_throughput" with a unit and "input_config" (AIPerf)',
  detect: (content) => {
    const record = onlyRecord(content)
    return record !== undefined && isProfile(record) && 'aiperf_version' in record
  },
  read: (content) => [profileRun(onlyRecord(content) as Json)],
}

/** Its predecessor has the same metrics and no version. */
export const genaiPerf: Importer = {
  format: 'genai-perf',
  tool: 'genai-perf',
  percentiles: 'linear',
  looksFor: '"request_throughput" with a unit and "input_config" without a version (genai-perf)',
  detect: (content) => {
    const record = onlyRecord(content)
    return record !== undefined && isProfile(record) && 'input_config' in record
  },
  read: (content) => [profileRun(onlyRecord(content) as Json)],
}

const isProfile = (record: Json) =>
  text(object(record['request_throughput'])['unit']) !== undefined || 'aiperf_version' in record

/** AIPerf's names of latencies, and KITT's. Its "inter token latency" excludes the first token: a TPOT. */
const LATENCIES = {
  time_to_first_token: 'ttft_ms',
  inter_token_latency: 'tpot_ms',
  inter_chunk_latency: 'itl_ms',
  request_latency: 'e2e_latency_ms',
  time_to_second_token: 'ttst_ms',
  time_to_first_output_token: 'ttfot_ms',
} as const

/** A metric with its statistics, as a distribution in milliseconds. @param warnings collects unknown units */
export const latencyOf = (metric: unknown, warnings: Warning[], name: string): Json | undefined =>
  latencyWithUnit(metric, object(metric)['unit'], { avg: 'avg', sd: 'std' }, { name, warnings })

const average = (record: Json, name: string) => number(object(record[name])['avg'])
const sumOf = (record: Json, name: string) => {
  const metric = object(record[name])
  return positive(metric['sum']) ?? times(positive(metric['avg']), positive(metric['count']))
}

function profileRun(record: Json): ImportedRun {
  const isNew = 'aiperf_version' in record
  const warnings: Warning[] = []
  const distributions = Object.fromEntries(
    Object.entries(LATENCIES).map(([name, metric]) => [metric, latencyOf(record[name], warnings, name)]),
  )
  const successful = average(record, 'request_count') ?? count(object(record['request_latency'])['count'])
  // A metric that is missing does not apply: then no request failed.
  const failed = average(record, 'error_request_count') ?? (isNew ? errorsIn(record) : undefined)
  const output =
    positive(average(record, 'total_osl') ?? average(record, 'total_output_tokens')) ??
    sumOf(record, 'output_sequence_length')
  const input = positive(average(record, 'total_isl')) ?? sumOf(record, 'input_sequence_length')
  const seconds = durationOf(record)
  const load = loadOf(object(record['input_config']), isNew)
  const window = windowOf({
    mode: text(load['mode']),
    successful,
    failed,
    seconds,
    input_tokens: input,
    output_tokens: output,
    reported: {
      output_tps: average(record, 'output_token_throughput'),
      total_tps: average(record, 'total_token_throughput'),
      rps: average(record, 'request_throughput'),
    },
    goodput_rps: average(record, 'goodput'),
    distributions,
    more: { reasoning_tokens: sumOf(record, 'reasoning_token_count') },
  })
  const noFirst = noFirstToken(object(record['time_to_first_token'])['min'], distributions['ttft_ms'])
  const gpus = gpusOf(record)
  const wasCancelled = record['was_cancelled'] === true
  return {
    model: modelOf(object(record['input_config'])),
    gpu_model: gpus.model,
    gpu_count: gpus.count,
    host: gpus.host,
    tool_version: text(record['aiperf_version']),
    ...timeOf(record),
    results: [
      {
        test_name: 'load',
        passed: hasSucceeded(successful, window) && !wasCancelled,
        metrics: window,
        errors: list(record['error_summary']).flatMap(errorText),
      },
    ],
    options: { ...load, ...lengthsOf(input, output, successful) },
    parameters: object(record['input_config']),
    warnings: [
      ...warnings,
      ...warningsOf(window),
      ...noFirst,
      ...shortOutput(record, successful),
      ...cancelled(wasCancelled),
    ],
    original: without(record, []),
  }
}

/** Known only where each kind of error is counted. */
function errorsIn(record: Json): number | undefined {
  const counts = Array.isArray(record['error_summary'])
    ? record['error_summary'].map((one) => count(object(one)['count']))
    : [undefined]
  return counts.reduce((all, one) => (all === undefined || one === undefined ? undefined : all + one), 0)
}

function errorText(one: unknown): string[] {
  const { error_details, count: times } = object(one)
  const { type, message } = object(error_details)
  const words = [text(type), text(message)].filter((word) => word !== undefined).join(': ')
  return words === '' ? [] : [`${words.slice(0, 300)} (${number(times) ?? 1} times)`]
}

function durationOf(record: Json): number | undefined {
  const metric = object(record['benchmark_duration'])
  const [length, scale] = [positive(metric['avg']), millisecondsIn(metric['unit'])]
  return length === undefined || scale === undefined ? undefined : (length * scale) / 1000
}

function timeOf(record: Json): { timestamp?: Told } {
  const told = text(record['start_time'])
  if (told === undefined) return {}
  const source = /(Z|[+-]\d\d:?\d\d)$/.test(told) ? 'file' : 'file_local'
  return { timestamp: { value: told, source } }
}

const modelOf = (config: Json): string | undefined =>
  text(object(list(object(config['models'])['items'])[0])['name']) ??
  text(list(config['model_names'])[0]) ??
  text(list(object(config['endpoint'])['model_names'])[0])

/**
 * The load of the profiling phase; of earlier versions, that of their flat configuration.
 * @param isNew of AIPerf, which leaves out what is its default; not of its predecessor
 */
function loadOf(config: Json, isNew: boolean): Json {
  const phase = object(list(config['phases']).find((one) => object(one)['exclude_from_results'] !== true))
  const flat = object(config['loadgen'])
  const stimulus = object(object(config['perf_analyzer'])['stimulus'])
  const first = (name: string) => positive(phase[name]) ?? positive(flat[name]) ?? positive(stimulus[name])
  const rate = positive(phase['rate']) ?? first('request_rate')
  const concurrency = first('concurrency')
  const requests = positive(phase['requests']) ?? positive(flat['request_count'])
  if (rate !== undefined) {
    const smoothness = positive(phase['smoothness']) ?? positive(flat['arrival_smoothness'])
    const pattern =
      text(phase['type']) ??
      text(flat['arrival_pattern']) ??
      text(flat['request_rate_mode']) ??
      (isNew ? 'poisson' : 'constant')
    return defined({ ...arrivals(pattern, smoothness), rate, max_concurrency: concurrency, requests })
  }
  if (concurrency === undefined) return defined({ requests })
  return defined({ mode: concurrency === 1 ? 'synchronous' : 'concurrent', concurrency, requests })
}

/** Gaps of a gamma distribution are what vLLM calls a burstiness; with a smoothness of 1 they are those of Poisson. */
const arrivals = (pattern: string, smoothness: number | undefined) =>
  pattern === 'gamma' || smoothness !== undefined
    ? { mode: 'poisson', burstiness: smoothness }
    : { mode: pattern }

/** The GPUs of its telemetry, which is often empty. */
function gpusOf(record: Json): { model?: string; count?: number; host?: string } {
  const endpoints = Object.values(object(object(record['telemetry_data'])['endpoints'])).map(object)
  const gpus = endpoints.flatMap((endpoint) => Object.values(object(endpoint['gpus'])).map(object))
  const names = [...new Set(gpus.flatMap((gpu) => text(gpu['gpu_name']) ?? []))]
  const hosts = [...new Set(gpus.flatMap((gpu) => text(gpu['hostname']) ?? []))]
  if (names.length === 0) return {}
  const [host] = hosts
  return {
    model: names.join(', '),
    count: gpus.length,
    ...(hosts.length === 1 && host !== undefined ? { host } : {}),
  }
}

/** Answers shorter than asked for in more than this share of the requests. */
const SHORT_SHARE = 0.1

function shortOutput(record: Json, successful: number | undefined): Warning[] {
  const mismatched = average(record, 'osl_mismatch_count')
  const difference = average(record, 'osl_mismatch_diff_pct')
  if (mismatched === undefined || !successful || mismatched <= SHORT_SHARE * successful) return []
  if (difference === undefined || difference >= 0) return []
  const message = `${mismatched} of ${successful} answers had another length than asked for, ${Math.round(difference)} % on average.`
  return [{ code: 'short_output', message }]
}

const cancelled = (was: boolean): Warning[] =>
  was ? [{ code: 'interrupted', message: 'The measurement was cancelled before its end.' }] : []

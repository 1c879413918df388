import { onlyRecord, yamlObject } from './content.ts'
import { reportedDistribution } from './distribution.ts'
import { guidellmLoad, lateness } from './guidellm-load.ts'
import type { Content, ImportedRun, Importer, Warning } from './importer.ts'
import { listAndShared } from './many-runs.ts'
import { hasSucceeded } from './measured.ts'
import { lengthsOf, noFirstToken, warningsOf, windowOf } from './serving.ts'
import { count, defined, isObject, type Json, number, object, positive, text, times } from './values.ts'

/** What GuideLLM writes since 0.2: one benchmark for each rate, each a run. */
export const guidellm: Importer = {
  format: 'guidellm',
  tool: 'guidellm',
  percentiles: 'steps',
  looksFor: '"benchmarks" of the type "generative_benchmark", or "guidellm_version" (GuideLLM)',
  detect: (content) => isGuidellm(fileOf(content)),
  read: (content) => {
    const file = fileOf(content) as Json
    const { runs, shared } = listAndShared(file, 'benchmarks')
    return runs.map((one) => runOf(shared, one))
  },
}

function fileOf(content: Content): Json | undefined {
  if (content.text === undefined) return onlyRecord(content)
  // Its YAML begins with one of these members.
  return /^(args|benchmarks|config|metadata|type_):/m.test(content.text.slice(0, 2000)) &&
    /generative_benchmark|guidellm_version/.test(content.text)
    ? yamlObject(content)
    : undefined
}

function isGuidellm(file: Json | undefined): boolean {
  if (file === undefined || !Array.isArray(file['benchmarks'])) return false
  if (text(object(file['metadata'])['guidellm_version']) !== undefined) return true
  const first = object(file['benchmarks'][0])
  return text(first['type_'])?.includes('generative_benchmark') === true && isObject(first['metrics'])
}

/** The newest layout that was seen. */
const NEWEST = 2

function runOf(file: Json, benchmark: unknown): ImportedRun {
  const about = object(benchmark)
  const metrics = object(about['metrics'])
  const layout = number(object(file['metadata'])['version']) ?? 0
  const original = { ...file, benchmark: about }
  if (layout > NEWEST)
    return { refused: `Its layout is version ${layout}; up to ${NEWEST} is known.`, results: [], original }
  if (!isObject(metrics['request_latency']) && !isObject(metrics['requests_per_second']))
    return {
      refused: 'It has no "metrics" with "request_latency" and "requests_per_second".',
      results: [],
      original,
    }
  const config = object(about['config'])
  const load = guidellmLoad(file, about)
  const totals = totalsOf(about)
  const seconds = secondsOf(about)
  const input = sumOf(metrics['prompt_token_count'])
  const output = sumOf(metrics['output_token_count'])
  const ttft = good(metrics['time_to_first_token_ms'])
  const window = windowOf({
    mode: load.mode,
    ...totals,
    seconds,
    input_tokens: input,
    output_tokens: output,
    reported: {
      output_tps: number(good(metrics['output_tokens_per_second'])['mean']),
      total_tps: number(good(metrics['tokens_per_second'])['mean']),
      rps: number(good(metrics['requests_per_second'])['mean']),
    },
    concurrency_mean:
      positive(object(object(metrics['request_concurrency'])['total'])['mean']) ??
      positive(good(metrics['request_concurrency'])['mean']),
    concurrency_peak: positive(object(object(metrics['request_concurrency'])['total'])['max']),
    distributions: {
      ttft_ms: distribution(ttft, 1),
      tpot_ms: tokenWeighted(good(metrics['inter_token_latency_ms']), totals.successful),
      // It contains the first token: no TPOT.
      e2e_per_token_ms: tokenWeighted(good(metrics['time_per_output_token_ms']), totals.successful),
      e2e_latency_ms: distribution(good(metrics['request_latency']), 1000),
    },
  })
  const state = object(about['scheduler_metrics'])
  const warnings: Warning[] = [
    ...warningsOf(window),
    ...noFirstToken(ttft['min'], window['ttft_ms'] as Json | undefined),
    ...lateness(state),
  ]
  const begun = positive(state['measure_start_time']) ?? positive(about['start_time'])
  return {
    model: modelOf(file, config, about),
    tool_version: text(object(file['metadata'])['guidellm_version']),
    ...(begun ? { timestamp: { value: new Date(begun * 1000).toISOString(), source: 'file' as const } } : {}),
    results: [{ test_name: 'load', passed: hasSucceeded(totals.successful, window), metrics: window }],
    options: { ...load.options, ...lengthsOf(input, output, totals.successful) },
    parameters: { args: file['args'], config: file['config'], strategy: config['strategy'] },
    tags: labelsOf(file),
    warnings,
    original,
  }
}

/** The statistics of the successful requests; the total would hold those cut off at the end. */
const good = (metric: unknown): Json => object(object(metric)['successful'])

const sumOf = (metric: unknown): number | undefined => {
  const statistics = good(metric)
  const whole = positive(statistics['total_sum'])
  return whole ?? times(positive(statistics['mean']), positive(statistics['count']))
}

function distribution(statistics: Json, scale: number): Json | undefined {
  const { p01, p05, p10, p25, p50, p75, p90, p95, p99, p999 } = object(statistics['percentiles'])
  const n = count(statistics['count'])
  const percentiles = {
    ...{ 1: p01, 5: p05, 10: p10, 25: p25, 50: p50 ?? statistics['median'], 75: p75 },
    ...{ 90: p90, 95: p95, 99: p99, 99.9: p999 },
  }
  const { mean: avg, min, max, std_dev: sd } = statistics
  return reportedDistribution({ count: n, avg, min, max, sd, percentiles }, scale, 'population')
}

/** Each request counts once for each of its tokens: the count of the tool is that of tokens. */
function tokenWeighted(statistics: Json, successful: number | undefined): Json | undefined {
  if (count(statistics['count']) === 0) return undefined
  const { count: tokens, ...rest } = statistics
  const found = distribution(rest, 1)
  return (
    found && { ...defined({ count: successful, tokens: count(tokens) }), ...found, weighted_by: 'tokens' }
  )
}

function totalsOf(benchmark: Json) {
  const metrics = object(object(benchmark['metrics'])['request_totals'])
  const made = object(
    object(benchmark['scheduler_metrics'])['requests_made'] ??
      object(benchmark['run_stats'])['requests_made'],
  )
  const state = object(benchmark['scheduler_state'])
  const first = (...values: unknown[]) => values.map(count).find((value) => value !== undefined)
  const cancelled = Math.max(
    first(metrics['incomplete']) ?? 0,
    first(made['incomplete'], state['cancelled_requests']) ?? 0,
  )
  return {
    successful: first(metrics['successful'], made['successful'], state['successful_requests']),
    failed: first(metrics['errored'], made['errored'], state['errored_requests']),
    cancelled: cancelled > 0 ? cancelled : undefined,
  }
}

function secondsOf(benchmark: Json): number | undefined {
  const { measure_start_time, measure_end_time } = object(benchmark['scheduler_metrics'])
  const { start_time, end_time } = benchmark['start_time'] ? benchmark : object(benchmark['run_stats'])
  const between = (from: unknown, to: unknown) => {
    const [a, b] = [positive(from), positive(to)]
    return a !== undefined && b !== undefined && b > a ? b - a : undefined
  }
  return (
    between(measure_start_time, measure_end_time) ??
    positive(benchmark['duration']) ??
    between(start_time, end_time)
  )
}

/** Its own model may be null: then the backend's. */
function modelOf(file: Json, config: Json, benchmark: Json): string | undefined {
  const spec = object(object(file['config'])['spec'])
  return (
    text(object(file['args'])['model']) ??
    text(object(config['backend'])['model']) ??
    text(object(spec['backend'])['model']) ??
    text(object(benchmark['worker'])['backend_model'])
  )
}

function labelsOf(file: Json): string[] {
  const labels = object(object(object(file['config'])['metadata'])['labels'])
  return Object.entries(labels)
    .slice(0, 20)
    .map(([name, value]) => `${name}=${String(value)}`)
}

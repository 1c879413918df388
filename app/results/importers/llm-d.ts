import { onlyRecord, yamlObject } from './content.ts'
import type { Content, ImportedRun, Importer, Told, Warning } from './importer.ts'
import { accelerators, enginesOf } from './llm-d-stack.ts'
import { hasSucceeded } from './measured.ts'
import { warningsOf, windowOf } from './serving.ts'
import { latencyWithUnit } from './units.ts'
import { count, defined, isObject, type Json, list, object, positive, text, times } from './values.ts'

/** The benchmark report of llm-d, 0.1 and 0.2, as YAML or JSON. */
export const llmD: Importer = {
  format: 'llm-d-report',
  tool: 'llm-d-benchmark',
  looksFor: '"version" 0.1 or 0.2 with "scenario", and "metrics" or "results" (benchmark report of llm-d)',
  detect: (content) => isReport(reportOf(content)),
  read: (content) => [runOf(reportOf(content) as Json)],
}

function reportOf(content: Content): Json | undefined {
  if (content.text === undefined) return onlyRecord(content)
  return /^scenario:/m.test(content.text) && /^version:/m.test(content.text) ? yamlObject(content) : undefined
}

const isReport = (report: Json | undefined): boolean =>
  report !== undefined &&
  String(report['version']).startsWith('0.') &&
  isObject(report['scenario']) &&
  (isObject(report['metrics']) || isObject(report['results']))

/** Its names of latencies, and KITT's. The normalized one contains the first token. */
const LATENCIES = {
  time_to_first_token: 'ttft_ms',
  time_per_output_token: 'tpot_ms',
  inter_token_latency: 'itl_ms',
  request_latency: 'e2e_latency_ms',
  normalized_time_per_output_token: 'e2e_per_token_ms',
} as const

type View = {
  requests: Json
  latency: Json
  /** Each a number or statistics. */
  rates: { input: unknown; output: unknown; total: unknown; requests: unknown }
  seconds: number | undefined
  begun: string | number | undefined
}

function viewOf(report: Json): View {
  const metrics = object(report['metrics'])
  if (Object.keys(metrics).length > 0) {
    const { input_tokens_per_sec, output_tokens_per_sec, total_tokens_per_sec, requests_per_sec } = object(
      metrics['throughput'],
    )
    const time = object(metrics['time'])
    return {
      requests: object(metrics['requests']),
      latency: object(metrics['latency']),
      rates: {
        input: input_tokens_per_sec,
        output: output_tokens_per_sec,
        total: total_tokens_per_sec,
        requests: requests_per_sec,
      },
      seconds: positive(time['duration']) ?? isoSeconds(time['duration']),
      begun: positive(time['start']) ?? instant(time['start']),
    }
  }
  const aggregate = object(object(object(report['results'])['request_performance'])['aggregate'])
  const { input_token_rate, output_token_rate, total_token_rate, request_rate } = object(
    aggregate['throughput'],
  )
  const time = object(object(report['run'])['time'])
  return {
    requests: object(aggregate['requests']),
    latency: object(aggregate['latency']),
    rates: {
      input: input_token_rate,
      output: output_token_rate,
      total: total_token_rate,
      requests: request_rate,
    },
    seconds: isoSeconds(time['duration']),
    begun: instant(time['start']),
  }
}

/** A time of YAML may be a date already. */
const instant = (value: unknown): string | undefined =>
  value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : text(value)

/** `PT49.97S`, `PT1H2M3.5S`. */
function isoSeconds(value: unknown): number | undefined {
  const [, hours = '0', minutes = '0', seconds = '0'] =
    /^PT(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(text(value) ?? '') ?? []
  return positive(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds))
}

const meanOf = (value: unknown) => positive(value) ?? positive(object(value)['mean'])

function runOf(report: Json): ImportedRun {
  const warnings: Warning[] = []
  const scenario = object(report['scenario'])
  const { requests, latency, rates, seconds, begun } = viewOf(report)
  const failed = count(requests['failures'])
  const total = count(requests['total'])
  const cancelled = count(requests['incomplete'])
  const successful = succeeded(total, failed, requests['incomplete'] == null ? 0 : cancelled)
  const distributions = Object.fromEntries(
    Object.entries(LATENCIES).map(([name, metric]) => {
      const statistics = latency[name]
      const unit = object(statistics)['units']
      return [metric, latencyWithUnit(statistics, unit, { avg: 'mean', sd: 'stddev' }, { name, warnings })]
    }),
  )
  const input = times(meanOf(requests['input_length']), successful)
  const output = times(meanOf(requests['output_length']), successful)
  const load = loadOf(scenario)
  const window = windowOf({
    mode: text(load['mode']),
    successful,
    failed,
    cancelled,
    // Its duration may hold ramps that the rates leave out: the rates are taken as they are.
    reported: {
      output_tps: meanOf(rates.output),
      total_tps: meanOf(rates.total),
      rps: meanOf(rates.requests),
    },
    distributions,
    more: {
      duration_s: seconds,
      input_tokens: rounded(input),
      output_tokens: rounded(output),
    },
  })
  const engines = enginesOf(scenario)
  const model = object(scenario['model'])
  const stamp: { timestamp?: Told } =
    begun === undefined ? {} : { timestamp: { value: begun, source: 'file' } }
  return {
    model: text(model['name']) ?? engines.model,
    engine: engines.name,
    engine_version: engines.version,
    ...accelerators(scenario),
    tool_version: `report ${String(report['version'])}`,
    ...stamp,
    results: [{ test_name: 'load', passed: hasSucceeded(successful, window), metrics: window }],
    options: load,
    parameters: object(scenario['load']),
    environment: defined({ ...engines.environment, quantization: text(model['quantization']) }),
    tags: list(object(report['run'])['keywords']).flatMap((word) => text(word) ?? []),
    warnings: [...warnings, ...warningsOf(window), ...unitDoubts(latency)],
    original: report,
  }
}

/** Known only where all three are. */
function succeeded(total?: number, failed?: number, cancelled?: number): number | undefined {
  if (total === undefined || failed === undefined || cancelled === undefined) return undefined
  return total >= failed + cancelled ? total - failed - cancelled : undefined
}

const rounded = (value: number | undefined) => (value === undefined ? undefined : Math.round(value))

/** The load: a rate or requests in flight, `.inf` for as many as there are. */
function loadOf(scenario: Json): Json {
  const load = object(scenario['load'])
  const told = object(load['standardized'])
  const rate = positive(told['rate_qps']) ?? positive(object(object(load['args'])['load'])['rate'])
  const concurrency = count(told['concurrency']) || undefined
  const lengths = defined({
    input_tokens: count(object(told['input_seq_len'])['value']),
    output_tokens: count(object(told['output_seq_len'])['value']),
  })
  if (rate !== undefined)
    return defined({ mode: 'constant', rate, max_concurrency: concurrency, ...lengths }) as Json
  if (concurrency === undefined) return lengths
  return { mode: concurrency === 1 ? 'synchronous' : 'concurrent', concurrency, ...lengths }
}

/** No answer of an engine comes in less, ms: such values are likely seconds. */
const LEAST_E2E_MS = 1

/** The units are taken as they are given; those that cannot be right are told of. */
function unitDoubts(latency: Json): Warning[] {
  const statistics = object(latency['request_latency'])
  const [unit, mean] = [text(statistics['units']), positive(statistics['mean'])]
  const per = positive(object(latency['time_per_output_token'])['mean'])
  const perUnit = text(object(latency['time_per_output_token'])['units'])
  const isDoubtful =
    (unit === 'ms' && mean !== undefined && mean < LEAST_E2E_MS) ||
    (perUnit?.startsWith('ms') === true && per !== undefined && per < 0.1)
  if (!isDoubtful) return []
  return [
    {
      code: 'units_doubtful',
      message:
        'Its latencies are labelled ms, but are as small as seconds would be. They were taken as labelled.',
    },
  ]
}

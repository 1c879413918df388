import { firstRecord, records } from './content.ts'
import { reportedDistribution, type SdKind } from './distribution.ts'
import type { ImportedRun, Importer, Told, Warning } from './importer.ts'
import { hasSucceeded } from './measured.ts'
import { differ, lengthsOf, noFirstToken, shown, warningsOf, windowOf } from './serving.ts'
import { recomputed } from './single-requests.ts'
import {
  count,
  defined,
  type Json,
  list,
  number,
  numeric,
  object,
  positive,
  text,
  without,
} from './values.ts'

/** What `vllm bench serve --save-result` writes: once, appended, or as the summary of a sweep. */
export const vllmServe: Importer = {
  format: 'vllm-serve',
  tool: 'vllm bench serve',
  percentiles: 'linear',
  looksFor: '"model_id", "num_prompts" and "request_throughput" (vllm bench serve)',
  detect: (content) => isServe(firstRecord(content)),
  read: (content) => records(content).map(runOf),
}

const isServe = (record: Json | undefined): boolean =>
  record !== undefined && 'model_id' in record && 'num_prompts' in record && 'request_throughput' in record

/** Its names of statistics, and KITT's. Those of a queue in the client are not KITT's. */
const LATENCIES = { ttft: 'ttft_ms', tpot: 'tpot_ms', itl: 'itl_ms', e2el: 'e2e_latency_ms' } as const

/**
 * The latencies among the members of a flat record: `mean_ttft_ms`, `p99.9_itl_ms`.
 * @param names the tool's names, and KITT's
 * @param seconds whether they are seconds without a suffix: a variant of the client
 */
export function flatLatencies(
  record: Json,
  names: Readonly<Record<string, string>>,
  counts: Readonly<Record<string, number | undefined>>,
  { seconds = false, sd = 'population' as SdKind } = {},
): Record<string, Json | undefined> {
  const suffix = seconds ? '' : '_ms'
  return Object.fromEntries(
    Object.entries(names).map(([name, metric]) => {
      const at = (statistic: string) => record[`${statistic}_${name}${suffix}`]
      const percentiles = Object.fromEntries(
        Object.entries(record).flatMap(([key, value]) => {
          const [, p, of] = /^p(\d+(?:\.\d+)?)_(.+)$/.exec(key) ?? []
          return p !== undefined && of === `${name}${suffix}` ? [[p, value]] : []
        }),
      )
      const reported = {
        count: counts[metric],
        avg: at('mean'),
        min: at('min'),
        max: at('max'),
        sd: at('std'),
        percentiles: { 50: at('median'), ...percentiles },
      }
      return [metric, reportedDistribution(reported, seconds ? 1000 : 1, sd)]
    }),
  )
}

function runOf(record: Json): ImportedRun {
  if (!isServe(record))
    return {
      refused: 'It is not an object of vllm bench serve, as the first one is.',
      results: [],
      original: record,
    }
  const successful = count(record['completed'])
  const failed = count(record['failed']) ?? missingFrom(record, successful)
  const input = count(record['total_input_tokens'])
  const output = count(record['total_output_tokens'])
  const isPooling = output === undefined && !Object.keys(record).some((key) => GENERATES.test(key))
  const seconds = !Object.keys(record).some((key) => key.endsWith('_ms'))
  const isDetailed = Array.isArray(record['ttfts']) && Array.isArray(record['itls'])
  const single = isDetailed ? recomputed(record, positive(record['duration'])) : undefined
  const told = flatLatencies(
    record,
    LATENCIES,
    { ttft_ms: successful, e2e_latency_ms: successful },
    { seconds },
  )
  const load = loadOf(record)
  const window = windowOf({
    mode: load['mode'] as string,
    successful,
    failed,
    seconds: positive(record['duration']),
    input_tokens: input,
    output_tokens: isPooling ? undefined : output,
    reported: {
      output_tps: number(record['output_throughput']),
      total_tps: number(record['total_token_throughput']),
      rps: number(record['request_throughput']),
    },
    goodput_rps: number(record['request_goodput']),
    concurrency_mean: single?.concurrency_mean,
    distributions: { ...told, ...single?.distributions },
    more: {
      ...speculation(record),
      rtfx: positive(record['rtfx']),
      input_tps: isPooling ? positive(record['total_token_throughput']) : undefined,
    },
  })
  const hasRun = hasSucceeded(successful, window)
  const warnings: Warning[] = [
    ...warningsOf(window),
    ...(hasRun ? disagreements(told, single?.distributions) : []),
    ...(single?.warnings ?? []),
    ...noFirstToken(record[`min_ttft${seconds ? '' : '_ms'}`], window['ttft_ms'] as Json | undefined),
  ]
  return {
    model: text(record['model_id']),
    engine: text(record['engine']),
    usual_engine: record['backend'] === 'vllm' || record['endpoint_type'] === 'vllm' ? 'vllm' : undefined,
    engine_version: text(record['vllm_version']) ?? text(record['engine_version']) ?? text(record['version']),
    timestamp: dateOf(record['date']),
    results: [
      {
        test_name: isPooling ? 'pooling' : 'load',
        run_number: (count(record['run_number']) ?? 0) + 1,
        passed: hasRun,
        metrics: window,
        errors: errorsOf(record),
      },
    ],
    options: { ...load, ...lengthsOf(input, output, successful) },
    parameters: parametersOf(record),
    ...(text(record['label']) ? { tags: [text(record['label']) as string] } : {}),
    warnings,
    original: record,
  }
}

/** An engine that embeds or ranks generates no tokens. */
const GENERATES = /^(total_output_tokens|output_throughput)|_(ttft|tpot|itl)(_ms)?$/

/** Older versions do not count failed requests. */
function missingFrom(record: Json, successful: number | undefined): number | undefined {
  const asked = count(record['num_prompts'])
  return asked === undefined || successful === undefined ? undefined : Math.max(0, asked - successful)
}

/** How requests arrived: at a rate (a number, or "inf"), within a number in flight. */
export function loadOf(record: Json): Json {
  const rate = numeric(record['request_rate'])
  const most = count(record['max_concurrency']) || undefined
  const requests = count(record['num_prompts'])
  if (text(record['ramp_up_strategy']) !== undefined)
    return defined({ mode: 'ramp', rate: number(record['ramp_up_end_rps']), max_concurrency: most, requests })
  if (record['request_rate'] === 'trace') return defined({ mode: 'trace', max_concurrency: most, requests })
  if (rate !== undefined && rate > 0) {
    const burstiness = number(record['burstiness'])
    return defined({ mode: 'poisson', rate, max_concurrency: most, requests, burstiness })
  }
  // A rate of "inf" sends all at once. Versions that name the burstiness name the limit too, if only as null.
  const isUnlimited =
    'max_concurrency' in record ? record['max_concurrency'] === null : !('burstiness' in record)
  const isAtOnce = record['request_rate'] === 'inf' || record['request_rate'] === Number.POSITIVE_INFINITY
  if (!isAtOnce) return defined({ requests })
  if (most === undefined) return defined({ mode: isUnlimited ? 'throughput' : undefined, requests })
  return defined({ mode: most === 1 ? 'synchronous' : 'concurrent', concurrency: most, requests })
}

/** `20260816-160853`, in the client's time, without a zone. */
function dateOf(value: unknown): Told | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)$/.exec(text(value) ?? '')
  if (!found) return undefined
  const [, year, month, day, hour, minute, second] = found
  return { value: `${year}-${month}-${day}T${hour}:${minute}:${second}`, source: 'file_local' }
}

function speculation(record: Json): Json {
  const names = Object.keys(record).filter((key) => key.startsWith('spec_decode_'))
  return Object.fromEntries(names.map((name) => [name, number(record[name])]))
}

function disagreements(told: Json, single: Record<string, Json | undefined> | undefined): Warning[] {
  return Object.entries(single ?? {}).flatMap(([name, own]) => {
    const [a, b] = [number(own?.['avg']), number(object(told[name])['avg'])]
    if (a === undefined || b === undefined || !differ(a, b, 0.01)) return []
    const message = `The mean of ${name} is ${shown(a)} over the single requests, and ${shown(b)} according to the tool.`
    return [{ code: 'recomputed_disagrees', message }]
  })
}

const errorsOf = (record: Json): string[] =>
  [...new Set(list(record['errors']).flatMap((one) => text(one)?.slice(0, 300) ?? []))].slice(0, 20)

/** The single requests, and what has its place elsewhere. */
const NOT_PARAMETERS =
  `input_lens output_lens start_times ttfts itls errors duration completed failed date model_id
  total_input_tokens total_output_tokens request_throughput output_throughput total_token_throughput
  request_goodput label rtfx max_output_tokens_per_s max_concurrent_requests rps_change_events`.split(/\s+/)

/** What was asked for, metadata of the caller and swept parameters included. */
function parametersOf(record: Json): Json {
  const statistics = Object.keys(record).filter((key) =>
    /^(mean|median|std|min|max|p[\d.]+)_(ttft|tpot|itl|e2el)(_ms)?$|^spec_decode_|client_queue/.test(key),
  )
  return without(record, [...NOT_PARAMETERS, ...statistics])
}

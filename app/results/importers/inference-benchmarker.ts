import { onlyRecord } from './content.ts'
import { reportedDistribution } from './distribution.ts'
import type { ImportedRun, Importer } from './importer.ts'
import { listAndShared } from './many-runs.ts'
import { hasSucceeded } from './measured.ts'
import { warningsOf, windowOf } from './serving.ts'
import { percentilesIn } from './units.ts'
import { count, defined, isObject, type Json, list, number, object, positive, text, times } from './values.ts'

/** What Hugging Face's inference-benchmarker writes: one run for each load. */
export const inferenceBenchmarker: Importer = {
  format: 'inference-benchmarker',
  tool: 'inference-benchmarker',
  looksFor: '"results" with "executor_type", and "system" (inference-benchmarker)',
  detect: (content) => {
    const record = onlyRecord(content)
    const [first] = list(record?.['results'])
    return record !== undefined && isObject(first) && 'executor_type' in first && isObject(record['system'])
  },
  read: (content) => {
    const record = onlyRecord(content) as Json
    const { runs, shared } = listAndShared(record, 'results')
    // Its warm-up is an entry of its own.
    const loads = runs.map(object).filter(({ id }) => id !== 'warmup')
    return loads.map((load) => runOf(shared, load))
  },
}

/** Milliseconds. A request with one token has a gap of 0, which is left out. */
function latency(statistics: unknown, successful: number | undefined): Json | undefined {
  const about = object(statistics)
  return reportedDistribution(
    { count: successful, avg: about['avg'], percentiles: percentilesIn(about) },
    1,
    'sample',
  )
}

function runOf(record: Json, load: Json): ImportedRun {
  const config = object(load['config'])
  const successful = count(load['successful_requests'])
  const rate = positive(config['rate'])
  const kind = text(load['executor_type'])
  const isOpen = kind === 'ConstantArrivalRate'
  const isClosed = kind === 'ConstantVUs'
  const most = count(config['max_vus'])
  const mode = isOpen ? 'constant' : !isClosed ? undefined : most === 1 ? 'synchronous' : 'concurrent'
  const metrics = windowOf({
    mode,
    successful,
    failed: count(load['failed_requests']),
    seconds: times(positive(load['duration_ms']), 1 / 1000),
    output_tokens: count(load['total_tokens']),
    reported: { output_tps: number(load['token_throughput_secs']), rps: number(load['request_rate']) },
    rate_asked_rps: isOpen ? rate : undefined,
    distributions: {
      ttft_ms: latency(load['time_to_first_token_ms'], successful),
      // Per request, without the first token: a TPOT.
      tpot_ms: latency(load['inter_token_latency_ms'], successful),
      e2e_latency_ms: latency(load['e2e_latency_ms'], successful),
    },
  })
  const begun = text(record['start_time'])
  return {
    model: text(object(record['config'])['model_name']),
    ...(begun ? { timestamp: { value: begun, source: 'file' as const } } : {}),
    results: [{ test_name: 'load', passed: hasSucceeded(successful, metrics), metrics }],
    options: defined({
      mode,
      rate: isOpen ? rate : undefined,
      concurrency: isClosed ? most : undefined,
      max_concurrency: isOpen ? most : undefined,
      ...lengthsAsked(object(record['config'])),
    }),
    // The system it names is the client's.
    parameters: { id: load['id'], ...object(record['config']), load: config, client: record['system'] },
    warnings: warningsOf(metrics),
    original: { ...record, results: [load] },
  }
}

function lengthsAsked(config: Json): Json {
  const asked = (name: string) => count(object(config[name])['num_tokens'])
  return defined({ input_tokens: asked('prompt_options'), output_tokens: asked('decode_options') })
}

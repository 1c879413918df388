import { onlyRecord } from './content.ts'
import { distributionOf, reportedDistribution } from './distribution.ts'
import type { Content, ImportedRun, Importer } from './importer.ts'
import { hasSucceeded } from './measured.ts'
import { lengthsOf, warningsOf, windowOf } from './serving.ts'
import { percentilesIn } from './units.ts'
import { count, defined, isObject, type Json, numeric, positive, sum, text, times } from './values.ts'
import { has } from './vllm-offline.ts'

/** LLMPerf counts with one tokenizer, whatever the model. */
const TOKENIZER = {
  code: 'token_source_tokenizer',
  message: 'Output tokens were counted with a Llama tokenizer, whatever the model.',
}

/** The summary that LLMPerf writes: flat, in seconds. */
export const llmperfSummary: Importer = {
  format: 'llmperf',
  tool: 'llmperf',
  percentiles: 'linear',
  looksFor: '"num_concurrent_requests" and names that begin with "results_" (LLMPerf)',
  detect: (content) => {
    const record = onlyRecord(content)
    return (
      has(record, 'num_concurrent_requests') && Object.keys(record).some((key) => key.startsWith('results_'))
    )
  },
  read: (content) => [summaryRun(onlyRecord(content) as Json)],
}

/** The single responses that it writes beside the summary. */
export const llmperfResponses: Importer = {
  format: 'llmperf-responses',
  tool: 'llmperf',
  percentiles: 'linear',
  looksFor: 'a list of objects with "inter_token_latency_s" and "ttft_s" (LLMPerf, single responses)',
  detect: (content) => has(firstOfList(content), 'inter_token_latency_s', 'ttft_s'),
  read: ({ values = [] }) => [responsesRun((values[0] as unknown[]).filter(isObject))],
}

function firstOfList({ values }: Content): Json | undefined {
  const [first] = Array.isArray(values?.[0]) ? values[0] : []
  return isObject(first) ? first : undefined
}

/** The mean gap of LLMPerf contains the first token: it is no TPOT. */
const LATENCIES = {
  ttft_s: 'ttft_ms',
  inter_token_latency_s: 'e2e_per_token_ms',
  end_to_end_latency_s: 'e2e_latency_ms',
} as const

function summaryRun(record: Json): ImportedRun {
  const successful = count(record['results_num_completed_requests'])
  const failed = count(record['results_number_errors'])
  const perMinute = positive(numeric(record['results_num_completed_requests_per_min']))
  const seconds = successful && perMinute ? (successful / perMinute) * 60 : undefined
  const input = times(positive(numeric(record['results_number_input_tokens_mean'])), successful)
  const output = times(positive(numeric(record['results_number_output_tokens_mean'])), successful)
  const concurrency = count(record['num_concurrent_requests'])
  const mode = concurrency === 1 ? 'synchronous' : 'concurrent'
  const distributions = Object.fromEntries(
    Object.entries(LATENCIES).map(([name, metric]) => {
      const prefix = `results_${name}_`
      const statistics = Object.fromEntries(
        Object.entries(record).flatMap(([key, value]) =>
          key.startsWith(prefix) ? [[key.slice(prefix.length).replace('quantiles_', ''), value]] : [],
        ),
      )
      const { mean: avg, min, max, stddev: sd } = statistics
      const reported = { count: successful, avg, min, max, sd, percentiles: percentilesIn(statistics) }
      return [metric, reportedDistribution(reported, 1000, 'sample')]
    }),
  )
  const window = windowOf({
    mode,
    successful,
    failed,
    seconds,
    input_tokens: input === undefined ? undefined : Math.round(input),
    output_tokens: output === undefined ? undefined : Math.round(output),
    reported: { output_tps: numeric(record['results_mean_output_throughput_token_per_s']) },
    distributions,
  })
  const time = numeric(record['timestamp'])
  return {
    model: text(record['model']),
    tool_version: text(record['version']),
    ...(time ? { timestamp: { value: time, source: 'file' as const } } : {}),
    results: [{ test_name: 'load', passed: hasSucceeded(successful, window), metrics: window }],
    options: defined({
      mode,
      concurrency,
      requests: count(record['results_num_requests_started']),
      input_tokens: count(record['mean_input_tokens']),
      output_tokens: count(record['mean_output_tokens']),
    }),
    parameters: Object.fromEntries(
      Object.entries(record).filter(([key]) => !/^(results_|model$|timestamp$|version$)/.test(key)),
    ),
    warnings: [TOKENIZER, ...warningsOf(window)],
    original: record,
  }
}

function responsesRun(responses: Json[]): ImportedRun {
  const good = responses.filter((one) => one['error_code'] === null || one['error_code'] === undefined)
  const at = (name: string) => good.flatMap((one) => positive(numeric(one[name])) ?? [])
  const tpot = good.flatMap((one) => {
    const [e2e, ttft, n] = ['end_to_end_latency_s', 'ttft_s', 'number_output_tokens'].map((name) =>
      positive(numeric(one[name])),
    )
    return e2e !== undefined && ttft !== undefined && n !== undefined && n > 1 && e2e >= ttft
      ? [(e2e - ttft) / (n - 1)]
      : []
  })
  const [input, output] = [sum(at('number_input_tokens')), sum(at('number_output_tokens'))]
  const metrics = windowOf({
    successful: good.length,
    failed: responses.length - good.length,
    input_tokens: input,
    output_tokens: output,
    distributions: {
      ttft_ms: distributionOf(at('ttft_s'), 1000),
      tpot_ms: distributionOf(tpot, 1000),
      e2e_latency_ms: distributionOf(at('end_to_end_latency_s'), 1000),
      e2e_per_token_ms: distributionOf(at('inter_token_latency_s'), 1000),
    },
  })
  const errors = responses.flatMap((one) => text(one['error_msg'])?.slice(0, 300) ?? [])
  return {
    results: [
      { test_name: 'load', passed: good.length > 0, metrics, errors: [...new Set(errors)].slice(0, 20) },
    ],
    options: lengthsOf(input, output, good.length),
    warnings: [TOKENIZER, ...warningsOf(metrics)],
    original: { responses: responses.length, metrics },
  }
}

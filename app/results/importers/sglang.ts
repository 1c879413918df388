import { firstRecord, records } from './content.ts'
import type { ImportedRun, Importer, Warning } from './importer.ts'
import { hasSucceeded } from './measured.ts'
import { differ, lengthsOf, shown, warningsOf, windowOf } from './serving.ts'
import { recomputed } from './single-requests.ts'
import { count, defined, type Json, number, object, positive, text, without } from './values.ts'
import { has } from './vllm-offline.ts'
import { flatLatencies, loadOf } from './vllm-serve.ts'

/** What SGLang's `bench_serving` appends to a file: one line a run. */
export const sglang: Importer = {
  format: 'sglang-serving',
  tool: 'sglang bench_serving',
  percentiles: 'linear',
  looksFor: '"total_output_tokens_retokenized" (SGLang bench_serving)',
  detect: (content) => has(firstRecord(content), 'total_output_tokens_retokenized'),
  read: (content, path) => records(content).map((record) => runOf(record, path)),
}

const LATENCIES = { ttft: 'ttft_ms', tpot: 'tpot_ms', itl: 'itl_ms', e2e_latency: 'e2e_latency_ms' } as const

function runOf(record: Json, path: string): ImportedRun {
  if (!('total_output_tokens_retokenized' in record))
    return {
      refused: 'It is not a line of bench_serving, as the first one is.',
      results: [],
      original: record,
    }
  const successful = count(record['completed'])
  const asked = count(record['num_prompts']) ?? askedFor(path)
  const failed =
    asked === undefined || successful === undefined || asked < successful ? undefined : asked - successful
  const input = count(record['total_input_tokens'])
  const output = count(record['total_output_tokens'])
  const seconds = positive(record['duration'])
  const single = Array.isArray(record['ttfts']) ? recomputed(record, seconds) : undefined
  const server = object(record['server_info'])
  const load = loadOf({ ...record, num_prompts: asked })
  const window = windowOf({
    mode: load['mode'] as string,
    successful,
    failed,
    seconds,
    input_tokens: input,
    output_tokens: output,
    reported: {
      output_tps: number(record['output_throughput']),
      total_tps: number(record['total_throughput']),
      rps: number(record['request_throughput']),
    },
    concurrency_mean: number(record['concurrency']) ?? single?.concurrency_mean,
    distributions: {
      ...flatLatencies(record, LATENCIES, { ttft_ms: successful, e2e_latency_ms: successful }),
      ...single?.distributions,
    },
    more: defined({
      accept_length: positive(record['accept_length']),
      retokenized_output_tokens: count(record['total_output_tokens_retokenized']),
    }),
  })
  return {
    model: text(server['served_model_name']) ?? text(server['model_path']),
    usual_engine: text(record['backend'])?.startsWith('sglang') ? 'sglang' : undefined,
    engine_version: text(server['version']),
    timestamp: undefined,
    results: [{ test_name: 'load', passed: hasSucceeded(successful, window), metrics: window }],
    options: { ...load, ...lengths(record, input, output, successful) },
    parameters: without(record, [...NOT_PARAMETERS, ...statistics(record)]),
    ...(Object.keys(server).length > 0 ? { environment: environmentOf(server) } : {}),
    ...(text(record['tag']) ? { tags: [text(record['tag']) as string] } : {}),
    warnings: [...warningsOf(window), ...(single?.warnings ?? []), ...retokenized(record, output)],
    original: record,
  }
}

/** `sglang_1219_3000_random.jsonl`: the number of prompts is in the name alone in early versions. */
function askedFor(path: string): number | undefined {
  const [, prompts] = /_(?:0[1-9]|1[0-2])[0-3]\d_(\d{1,7})_[a-z]/.exec(path.split(/[\\/]/).at(-1) ?? '') ?? []
  return prompts === undefined ? undefined : Number(prompts)
}

/** The nominal lengths only where every request has them: a ratio of 0 draws them from 1 to the nominal one. */
function lengths(record: Json, input?: number, output?: number, successful?: number): Json {
  const isFixed = record['dataset_name'] === 'random' && number(record['random_range_ratio']) === 1
  const nominal = isFixed
    ? defined({
        input_tokens: count(record['random_input_len']),
        output_tokens: count(record['random_output_len']),
      })
    : {}
  return { ...lengthsOf(input, output, successful), ...nominal }
}

function environmentOf(server: Json): Json {
  const told = Object.fromEntries(
    Object.entries(server).filter(([, value]) => typeof value !== 'object' && value !== null),
  )
  return { ...defined({ version: text(server['version']) }), told }
}

function retokenized(record: Json, output: number | undefined): Warning[] {
  const again = count(record['total_output_tokens_retokenized'])
  if (again === undefined || output === undefined || !differ(again, output)) return []
  const message = `The engine counts ${shown(output)} output tokens, the client's tokenizer ${shown(again)}.`
  return [{ code: 'tokens_disagree', message }]
}

const NOT_PARAMETERS = `input_lens output_lens ttfts itls errors duration completed total_input_tokens
  total_output_tokens total_output_tokens_retokenized request_throughput input_throughput output_throughput
  total_throughput concurrency accept_length server_info max_output_tokens_per_s max_concurrent_requests tag
  total_input_text_tokens total_input_vision_tokens`.split(/\s+/)

const statistics = (record: Json) =>
  Object.keys(record).filter((key) => /^(mean|median|std|p\d+)_.*_ms$/.test(key))

import { firstRecord, records } from './content.ts'
import { csvObjects, csvRows } from './csv.ts'
import { distributionOf } from './distribution.ts'
import type { ImportedRun, Importer } from './importer.ts'
import { count, defined, type Json, numbers, numeric, text, without } from './values.ts'
import { has } from './vllm-offline.ts'

/** What llama.cpp's `llama-bench -o json` and `-o jsonl` write: one object a test. */
export const llamaBench: Importer = {
  format: 'llama-bench',
  tool: 'llama-bench',
  percentiles: 'linear',
  looksFor: '"build_commit", "avg_ts" and "n_prompt" (llama-bench, as JSON or JSON lines)',
  detect: (content) => has(firstRecord(content), 'build_commit', 'avg_ts', 'n_prompt'),
  read: (content) => records(content).map(runOf),
}

/** The same as `-o csv`: every value is quoted, and the repetitions are missing. */
export const llamaBenchCsv: Importer = {
  format: 'llama-bench-csv',
  tool: 'llama-bench',
  looksFor: 'the columns build_commit, n_prompt and avg_ts (llama-bench, as CSV)',
  detect: ({ text: csv }) => csv !== undefined && /^"?build_commit"?,.*\bavg_ts\b/.test(csv.trimStart()),
  read: ({ text: csv = '' }) => csvObjects(csvRows(csv.trimStart())).map(runOf),
}

/** A test: prompt processing (`n_prompt`), generation (`n_gen`), or one after the other. */
type LlamaTest = { prompt: number; gen: number; depth: number }

/** Its tests are no requests: neither tokenizing nor sampling counts, so the benchmarks have names of their own. */
export function testNameOf({ prompt, gen }: Pick<LlamaTest, 'prompt' | 'gen'>): string {
  if (prompt > 0 && gen > 0) return 'llama_bench_pg'
  return gen > 0 ? 'llama_bench_tg' : 'llama_bench_pp'
}

/** The metric of a test's tokens per second. */
export function rateName({ prompt, gen }: Pick<LlamaTest, 'prompt' | 'gen'>): string {
  if (prompt > 0 && gen > 0) return 'total_tps'
  return gen > 0 ? 'output_tps' : 'prefill_tps'
}

export const optionsOf = ({ prompt, gen, depth }: LlamaTest): Json =>
  defined({
    mode: 'synchronous',
    concurrency: 1,
    input_tokens: prompt,
    output_tokens: gen,
    depth_tokens: depth > 0 ? depth : undefined,
  })

function runOf(record: Json): ImportedRun {
  const test = {
    prompt: count(record['n_prompt']) ?? 0,
    gen: count(record['n_gen']) ?? 0,
    depth: count(record['n_depth']) ?? 0,
  }
  const rate = numeric(record['avg_ts'])
  if (rate === undefined || test.prompt + test.gen === 0)
    return { refused: 'It is not a test of llama-bench with its rate.', results: [], original: record }
  const samples = numbers(record['samples_ts'])
  const sd = numeric(record['stddev_ts'])
  const metrics: Json = defined({
    [rateName(test)]: rate > 0 ? rate : undefined,
    rate_stddev: sd !== undefined && (sd > 0 || (sd === 0 && samples.length > 1)) ? sd : undefined,
    repetitions: samples.length > 0 ? samples.length : undefined,
    rate_tps: distributionOf(samples),
    test_ms: milliseconds(record['avg_ns']),
  })
  const { name, count: gpus } = gpusOf(record)
  const build = [text(record['build_commit']), buildNumber(record)].filter((one) => one !== undefined)
  return {
    model: modelOf(record),
    engine: 'llama_cpp',
    engine_version: build.length > 0 ? build.join(' ') : undefined,
    gpu_model: name,
    gpu_count: gpus,
    tool_version: buildNumber(record),
    ...(text(record['test_time'])
      ? { timestamp: { value: text(record['test_time']) as string, source: 'file' } }
      : {}),
    results: [{ test_name: testNameOf(test), passed: rate > 0, metrics }],
    options: optionsOf(test),
    parameters: parametersOf(record),
    environment: defined({
      quantization: text(record['model_type']),
      backend: text(record['backends']),
      command: commandOf(record),
    }),
    ...(text(record['cpu_info']) ? { system: { cpu: { model: text(record['cpu_info']) } } } : {}),
    original: record,
  }
}

/** What makes a test another one; newer builds have more members, most of which are as they always were. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  n_batch: 'batch-size',
  n_ubatch: 'ubatch-size',
  n_threads: 'threads',
  type_k: 'cache-type-k',
  type_v: 'cache-type-v',
  n_gpu_layers: 'n-gpu-layers',
  n_cpu_moe: 'n-cpu-moe',
  split_mode: 'split-mode',
  no_kv_offload: 'no-kv-offload',
  flash_attn: 'flash-attn',
  tensor_split: 'tensor-split',
  embeddings: 'embeddings',
  // As the table names them, if they vary.
  ngl: 'n-gpu-layers',
  fa: 'flash-attn',
  threads: 'threads',
}

/** The test as a command, by which setups are told apart. */
export function commandOf(record: Json): string[] | undefined {
  const words = Object.entries(ARGUMENTS).flatMap(([name, argument]) => {
    const value = record[name]
    if (value === undefined || value === null || typeof value === 'object') return []
    // The same in CSV and JSON.
    const plain =
      value === true || value === '1' ? '1' : value === false || value === '0' ? '0' : String(value)
    return [`--${argument}`, plain]
  })
  return words.length > 0 ? ['llama-bench', ...words] : undefined
}

const buildNumber = (record: Json) => {
  const build = numeric(record['build_number'])
  return build === undefined || build === 0 ? undefined : `b${build}`
}

const milliseconds = (value: unknown) => {
  const ns = numeric(value)
  return ns === undefined || ns <= 0 ? undefined : ns / 1e6
}

/** The model's file without its folders; its type where the file is not named. */
const modelOf = (record: Json) =>
  text(record['model_filename'])?.split(/[\\/]/).at(-1) ?? text(record['model_type'])

/** `gpu_info` lists one name for each GPU, separated by commas. */
function gpusOf(record: Json): { name: string | undefined; count: number | undefined } {
  const names = (text(record['gpu_info']) ?? '').split(',').map((name) => name.trim())
  const known = names.filter((name) => name !== '')
  if (known.length === 0) return { name: undefined, count: undefined }
  return { name: [...new Set(known)].join(', '), count: known.length }
}

/** In CSV, numbers are in quotes. */
const parametersOf = (record: Json): Json =>
  Object.fromEntries(
    Object.entries(without(record, NOT_PARAMETERS)).map(([name, value]) => [name, numeric(value) ?? value]),
  )

const NOT_PARAMETERS =
  `build_commit build_number cpu_info gpu_info test_time avg_ns stddev_ns avg_ts stddev_ts
  samples_ns samples_ts model_filename`.split(/\s+/)

import type { EngineName } from '../../app/engines/registry.ts'
import { own } from '../../lib/own.ts'
import { parsePrometheus } from '../bench/engine-metrics/prometheus.ts'
import { readBounded } from '../bench/request/read-bounded.ts'
import type { Fetch } from '../bench/request/transport-fetch.ts'
import type { EngineConfig } from './config.ts'
import { masked } from './masked.ts'

type Plain = string | number | boolean
export type Reported = Record<string, Plain>

export type Asked = {
  /** The engine's address without `/v1`. */
  root: string
  /** Address of its list of models; default: `/v1/models` of the root. */
  models?: string | undefined
  /** KITT's name of the engine; an unknown engine is identified by its list of models. */
  engine: string
  /** The model's name in requests. */
  model: string
  config?: EngineConfig
  headers?: Readonly<Record<string, string>> | undefined
  fetch?: Fetch | undefined
  signal?: AbortSignal | undefined
}

const TIMEOUT_MS = 3000
const MAX_BYTES = 1 << 20
const MAX_METRICS_BYTES = 4 << 20

type Json = Record<string, unknown>
type Question = { path: string; body?: (model: string) => unknown; facts(json: Json, model: string): Json }

const pick = (from: unknown, ...names: string[]): Json => {
  const all = object(from)
  return Object.fromEntries(names.map((name) => [name, all[name]]))
}

/** Queries of each engine. Only these fields are kept: others hold keys, templates or too much data. */
const QUESTIONS: Record<string, Question[]> = {
  vllm: [{ path: '/version', facts: (json) => pick(json, 'version') }],
  llama_cpp: [
    {
      path: '/props',
      facts: (json) => ({
        version: json['build_info'],
        ...pick(json, 'model_path', 'model_ftype', 'total_slots'),
        ...pick(json['default_generation_settings'], 'n_ctx'),
      }),
    },
  ],
  // Newer versions have only the second path.
  sglang: [
    { path: '/get_server_info', facts: sglangFacts },
    { path: '/server_info', facts: sglangFacts },
  ],
  ollama: [
    { path: '/api/version', facts: (json) => pick(json, 'version') },
    {
      path: '/api/show',
      body: (model) => ({ model }),
      facts: ({ details }) =>
        pick(details, 'format', 'family', 'parameter_size', 'quantization_level', 'context_length'),
    },
    {
      path: '/api/ps',
      facts: ({ models }, model) =>
        pick(entryOf(models, 'name', model), 'size', 'size_vram', 'context_length', 'digest'),
    },
  ],
  exllamav2: [
    {
      path: '/v1/model',
      facts: ({ parameters }) =>
        pick(parameters, 'max_seq_len', 'cache_size', 'cache_mode', 'max_batch_size'),
    },
  ],
}

/** Queries of an unknown engine. */
const UNKNOWN: Question[] = [
  ...QUESTIONS['vllm']!,
  ...QUESTIONS['llama_cpp']!,
  {
    path: '/info',
    facts: (json) =>
      pick(json, 'version', 'model_id', 'model_sha', 'model_dtype', 'max_input_tokens', 'max_total_tokens'),
  },
]

const OWNERS: Record<string, EngineName> = {
  vllm: 'vllm',
  sglang: 'sglang',
  llamacpp: 'llama_cpp',
  library: 'ollama',
}

function sglangFacts(json: Json): Json {
  const names = 'version model_path dtype quantization kv_cache_dtype context_length tp_size dp_size pp_size '
  const more = 'ep_size mem_fraction_static max_running_requests max_total_num_tokens chunked_prefill_size '
  const rest =
    'attention_backend disable_radix_cache disable_cuda_graph speculative_algorithm schedule_policy'
  return pick(json, ...`${names}${more}${rest}`.split(' '))
}

/** What an engine reports: KITT's name of it, null where it does not tell, and its properties. */
type Told = { engine: EngineName | null; properties: Reported }

/** Queries an engine for the properties above; empty when it reports none. Never rejects. */
export async function queryEngine(asked: Asked): Promise<Told> {
  const list = await answer(asked, { path: asked.models ?? '/v1/models', facts: (json) => json })
  const entry = object(entryOf(list['data'], 'id', asked.model))
  const owner = typeof entry['owned_by'] === 'string' ? own(OWNERS, entry['owned_by']) : undefined
  const kind = Object.hasOwn(QUESTIONS, asked.engine) ? asked.engine : (owner ?? '')
  const questions = own(QUESTIONS, kind) ?? UNKNOWN
  const answers = await Promise.all(questions.map((question) => answer(asked, question)))
  const facts: Json = {
    model_path: entry['root'],
    ...pick(entry, 'max_model_len'),
    ...pick(entry['meta'], 'n_params', 'n_ctx_train', 'ftype', 'size'),
    ...Object.assign({}, ...answers.map(known)),
    ...(kind === 'vllm' ? await vllmCacheConfig(asked) : {}),
  }
  const kept = Object.entries(known(facts)).map(([name, value]): [string, Plain] => [
    name,
    typeof value === 'string' ? masked(value, asked.config).slice(0, 300) : (value as Plain),
  ])
  return { engine: owner ?? null, properties: Object.fromEntries(kept) }
}

async function answer(asked: Asked, { path, body, facts }: Question): Promise<Json> {
  const read = await readBounded(path.startsWith('/') ? asked.root + path : path, {
    fetch: asked.fetch,
    apiKey: asked.config?.api_key,
    headers: asked.headers,
    body: body?.(asked.model),
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    signal: asked.signal,
  })
  if (read?.status !== 200 || read.text === null) return {}
  try {
    return facts(object(JSON.parse(read.text)), asked.model)
  } catch {
    return {}
  }
}

/** vLLM reports its KV cache configuration in the labels of a metric. */
async function vllmCacheConfig({ root, config, headers, fetch, signal }: Asked): Promise<Json> {
  const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_METRICS_BYTES }
  const read = await readBounded(`${root}/metrics`, {
    fetch,
    apiKey: config?.api_key,
    headers,
    signal,
    ...limits,
  })
  if (read?.status !== 200 || read.text === null) return {}
  const [info] = parsePrometheus(read.text, (name) => name === 'vllm:cache_config_info')
  const names = [
    'enable_prefix_caching',
    'cache_dtype',
    'block_size',
    'num_gpu_blocks',
    'gpu_memory_utilization',
  ]
  return Object.fromEntries(
    Object.entries(pick(info?.labels, ...names)).map(([name, label]) => [name, plainOf(label)]),
  )
}

/** Parses Python literals: `True`, `0.9`, `None`. */
function plainOf(label: unknown): unknown {
  if (typeof label !== 'string' || label === 'None' || label === '') return undefined
  if (/^(true|false)$/i.test(label)) return /^true$/i.test(label)
  return /^\d+(\.\d+)?$/.test(label) ? Number(label) : label
}

/** The model's entry of a list, or its only entry. */
function entryOf(list: unknown, key: string, model: string): unknown {
  const all = Array.isArray(list) ? list : []
  return all.find((one) => object(one)[key] === model) ?? (all.length === 1 ? all[0] : undefined)
}

const known = (facts: Json): Json =>
  Object.fromEntries(
    Object.entries(facts).filter(
      ([, value]) =>
        typeof value === 'boolean' || Number.isFinite(value) || (typeof value === 'string' && value !== ''),
    ),
  )

const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}

/** The quantisation, under the engines' different names. */
export function reportedQuantization(reported: Reported): string | null {
  const names = ['model_ftype', 'ftype', 'quantization_level', 'quantization']
  const value = names.map((name) => reported[name]).find((one) => typeof one === 'string')
  return typeof value === 'string' ? value : null
}

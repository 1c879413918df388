import { mean } from '../../../lib/statistics.ts'
import { parsePrometheus, type Sample } from './prometheus.ts'

export type MetricsSource = 'vllm' | 'sglang' | 'llama_cpp' | 'tgi'

/** An engine's counters since its start. Tokens; `…_s` in seconds; `started` is a Unix time, s. */
export interface EngineCounters {
  prompt_tokens: number | null
  output_tokens: number | null
  cache_hits: number | null
  cache_queries: number | null
  draft_tokens: number | null
  accepted_draft_tokens: number | null
  prompt_s: number | null
  output_s: number | null
  started: number | null
}

/** One reading of an engine's `/metrics`; missing values are null. */
export interface EngineReading {
  source: MetricsSource
  running: number | null
  waiting: number | null
  kv_cache_pct: number | null
  /** Output tokens per second, as computed by the engine. */
  output_tps: number | null
  counters: EngineCounters
}

/** Alternatives, newest first; the metrics of each are summed. Names without `_total`. */
type Names = readonly (readonly string[])[]
type Field = Exclude<keyof EngineCounters, 'started'> | 'running' | 'waiting' | 'kv' | 'output_tps'

const NAMES: Record<MetricsSource, Partial<Record<Field, Names>>> = {
  vllm: {
    running: [['vllm:num_requests_running']],
    waiting: [['vllm:num_requests_waiting']],
    // Renamed in 0.9.2; from 0.6 until then the prefix cache's counters had `gpu_` too.
    kv: [['vllm:kv_cache_usage_perc'], ['vllm:gpu_cache_usage_perc']],
    cache_hits: [['vllm:prefix_cache_hits'], ['vllm:gpu_prefix_cache_hits']],
    cache_queries: [['vllm:prefix_cache_queries'], ['vllm:gpu_prefix_cache_queries']],
    prompt_tokens: [['vllm:prompt_tokens']],
    output_tokens: [['vllm:generation_tokens']],
    draft_tokens: [['vllm:spec_decode_num_draft_tokens']],
    accepted_draft_tokens: [['vllm:spec_decode_num_accepted_tokens']],
  },
  sglang: {
    running: [['sglang:num_running_reqs']],
    waiting: [['sglang:num_queue_reqs']],
    kv: [['sglang:token_usage']],
    // cache_hit_rate is that of the last batch only.
    cache_hits: [['sglang:cached_tokens']],
    cache_queries: [['sglang:prompt_tokens']],
    prompt_tokens: [['sglang:prompt_tokens']],
    output_tokens: [['sglang:generation_tokens']],
    output_tps: [['sglang:gen_throughput']],
  },
  llama_cpp: {
    running: [['llamacpp:requests_processing']],
    waiting: [['llamacpp:requests_deferred']],
    // Removed in mid-2025.
    kv: [['llamacpp:kv_cache_usage_ratio']],
    cache_hits: [['llamacpp:prompt_tokens_cached']],
    cache_queries: [['llamacpp:prompt_tokens', 'llamacpp:prompt_tokens_cached']],
    // Its prompt tokens exclude cached ones, unlike the other engines'.
    prompt_tokens: [['llamacpp:prompt_tokens', 'llamacpp:prompt_tokens_cached'], ['llamacpp:prompt_tokens']],
    output_tokens: [['llamacpp:tokens_predicted']],
    prompt_s: [['llamacpp:prompt_seconds']],
    output_s: [['llamacpp:tokens_predicted_seconds']],
    draft_tokens: [['llamacpp:spec_decode_num_draft_tokens'], ['llamacpp:tokens_drafted']],
    accepted_draft_tokens: [
      ['llamacpp:spec_decode_num_accepted_tokens'],
      ['llamacpp:tokens_drafted_accepted'],
    ],
  },
  // Tokens are only counted in sums of histograms.
  tgi: {
    running: [['tgi_batch_current_size']],
    waiting: [['tgi_queue_size']],
    prompt_tokens: [['tgi_request_input_length_sum']],
    output_tokens: [['tgi_request_generated_tokens_sum']],
  },
}

const STARTED = 'process_start_time_seconds'
const WANTED = new Set([
  STARTED,
  ...Object.values(NAMES)
    .flatMap((fields) => Object.values(fields))
    .flat(2),
])

/** Exporters write counters with or without `_total`; some replace the colon. */
const plain = (name: string) => name.replace(/^(vllm|sglang|llamacpp)_/, '$1:').replace(/_total$/, '')

/** Parses an engine's `/metrics`; null for an unknown engine. */
export function readingOf(text: string): EngineReading | null {
  const series = new Map<string, Sample[]>()
  for (const sample of parsePrometheus(text, (name) => WANTED.has(plain(name)))) {
    if (!Number.isFinite(sample.value) || sample.value < 0) continue
    const name = plain(sample.name)
    const list = series.get(name)
    if (list) list.push(sample)
    else series.set(name, [sample])
  }
  const sources = Object.keys(NAMES) as MetricsSource[]
  const source = sources.find((one) =>
    Object.values(NAMES[one])
      .flat(2)
      .some((name) => series.has(name)),
  )
  if (source === undefined) return null
  const valueFor = (field: Field, combine = sum) => fieldValue(series, NAMES[source][field] ?? [], combine)
  const kv = valueFor('kv', mean)
  return {
    source,
    running: valueFor('running'),
    waiting: valueFor('waiting'),
    kv_cache_pct: kv === null ? null : kv * 100,
    output_tps: valueFor('output_tps'),
    counters: {
      prompt_tokens: valueFor('prompt_tokens'),
      output_tokens: valueFor('output_tokens'),
      cache_hits: valueFor('cache_hits'),
      cache_queries: valueFor('cache_queries'),
      draft_tokens: valueFor('draft_tokens'),
      accepted_draft_tokens: valueFor('accepted_draft_tokens'),
      prompt_s: valueFor('prompt_s'),
      output_s: valueFor('output_s'),
      started: fieldValue(series, [[STARTED]], sum),
    },
  }
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

function fieldValue(
  series: ReadonlyMap<string, Sample[]>,
  names: Names,
  combine: (values: number[]) => number,
): number | null {
  const found = names.find((all) => all.every((name) => series.has(name)))
  return found ? sum(found.map((name) => combine(replicas(series.get(name)!)))) : null
}

/**
 * One value for each replica and kind of request: with SGLang, every rank of a tensor- or pipeline-parallel group may
 * report the same requests.
 */
function replicas(samples: readonly Sample[]): number[] {
  const groups = new Map<string, number>()
  for (const { labels, value } of samples) {
    const kept = Object.entries(labels).filter(([name]) => !/^(tp|pp|moe_ep)_rank$/.test(name))
    const key = JSON.stringify(kept.sort(([a], [b]) => (a < b ? -1 : 1)))
    groups.set(key, Math.max(groups.get(key) ?? 0, value))
  }
  return [...groups.values()]
}

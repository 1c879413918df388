import { firstRecord, records } from './content.ts'
import type { Benchmark, ImportedRun, Importer } from './importer.ts'
import { count, defined, type Json, per, positive, text, times, without } from './values.ts'
import { has } from './vllm-offline.ts'

/** The last object of an answer of Ollama's API: one request; several lines are several requests. */
export const ollama: Importer = {
  format: 'ollama',
  tool: 'ollama',
  looksFor: '"eval_count" and "eval_duration" (answer of Ollama\'s API)',
  detect: (content) => records(content).some((record) => has(record, 'eval_count', 'eval_duration')),
  read: (content) => runsOf(records(content).filter((record) => has(record, 'eval_count', 'eval_duration'))),
}

/** An answer of llama-server with its timings: one request. */
export const llamaServer: Importer = {
  format: 'llama-server',
  tool: 'llama-server',
  looksFor: '"timings" with "predicted_n" (answer of llama-server)',
  detect: (content) => timingsOf(firstRecord(content)) !== undefined,
  read: (content) =>
    records(content)
      .filter((one) => timingsOf(one) !== undefined)
      .map(serverRun),
}

/** Each request is a repetition of its model's run. */
function runsOf(answers: Json[]): ImportedRun[] {
  const models = new Map<string, Json[]>()
  for (const answer of answers) {
    const name = text(answer['model']) ?? ''
    models.set(name, [...(models.get(name) ?? []), answer])
  }
  return [...models].map(([name, all]) => {
    const [first = {}] = all
    const created = text(first['created_at'])
    return {
      model: name || undefined,
      engine: 'ollama',
      ...(created ? { timestamp: { value: created, source: 'file' as const } } : {}),
      results: all.slice(0, 500).map((one, i) => ({ ...requestOf(one), run_number: i + 1 })),
      options: { mode: 'synchronous', concurrency: 1 },
      original: all.slice(0, 500).map((one) => without(one, ['response', 'message', 'context'])),
    }
  })
}

/** Nanoseconds; members are left out where they are 0, as for a prompt that was cached. */
export function requestOf(answer: Json): Benchmark {
  const at = (name: string) => positive(answer[name])
  const [load, prompt] = [at('load_duration'), at('prompt_eval_duration')]
  const metrics = defined({
    output_tps: times(per(at('eval_count'), at('eval_duration')), 1e9),
    prefill_tps: times(per(at('prompt_eval_count'), prompt), 1e9),
    // What the server counts before the first token: without queue and network.
    derived_ttft_ms: prompt === undefined ? undefined : ((load ?? 0) + prompt) / 1e6,
    load_ms: times(load, 1e-6),
    total_ms: times(at('total_duration'), 1e-6),
    input_tokens: count(answer['prompt_eval_count']),
    output_tokens: count(answer['eval_count']),
  })
  return { test_name: 'ollama_generate', passed: metrics.output_tps !== undefined, metrics }
}

function timingsOf(record: Json | undefined): Json | undefined {
  const timings = record?.['timings']
  return typeof timings === 'object' && timings !== null && 'predicted_n' in timings
    ? (timings as Json)
    : undefined
}

/** What the server counts of one request: without queue and network. */
function serverRun(record: Json): ImportedRun {
  const timings = timingsOf(record) as Json
  const at = (name: string) => positive(timings[name])
  const [cached, read] = [count(timings['cache_n']), count(timings['prompt_n'])]
  const metrics = defined({
    output_tps: at('predicted_per_second'),
    prefill_tps: at('prompt_per_second'),
    derived_ttft_ms: at('prompt_ms'),
    generation_ms: at('predicted_ms'),
    input_tokens: cached === undefined || read === undefined ? undefined : cached + read,
    cached_tokens: cached,
    output_tokens: count(timings['predicted_n']),
    accepted_tokens: count(timings['draft_n_accepted']),
  })
  const created = positive(record['created'])
  return {
    model: text(record['model'])?.split(/[\\/]/).at(-1),
    usual_engine: 'llama_cpp',
    ...(created ? { timestamp: { value: created, source: 'file' as const } } : {}),
    engine_version: text(record['system_fingerprint']),
    results: [{ test_name: 'llama_server_request', passed: metrics.output_tps !== undefined, metrics }],
    options: { mode: 'synchronous', concurrency: 1 },
    original: without(record, ['choices', 'content', 'prompt']),
  }
}

import { gzipSync } from 'node:zlib'

const encoder = new TextEncoder()

/** Joins parts up to about so many bytes; `part` gives the next one. */
function filled(bytes: number, head: string, part: (i: number) => string, tail: string): Uint8Array {
  const all = new Uint8Array(bytes)
  let at = encoder.encodeInto(head, all).written
  for (let i = 0; ; i++) {
    const next = encoder.encode(part(i))
    if (at + next.byteLength + tail.length > bytes) break
    all.set(next, at)
    at += next.byteLength
  }
  return all.slice(0, at + encoder.encodeInto(tail, all.subarray(at)).written)
}

const random = (i: number) => ((i * 2_654_435_761) % 4_294_967_296) / 4_294_967_296

/** `vllm bench serve --save-detailed`: almost all of it are the gaps of single requests. */
function vllmDetailed(bytes: number): Uint8Array {
  const gaps = (i: number) => Array.from({ length: 200 }, (_, k) => 0.01 + random(i * 200 + k) / 100)
  const n = Math.floor(bytes / 4700)
  const list = (of: (i: number) => unknown) => JSON.stringify(Array.from({ length: n }, (_, i) => of(i)))
  const head = `{"date":"20260816-160853","backend":"vllm","model_id":"org/m","num_prompts":${n},"request_rate":"inf",
"max_concurrency":64,"duration":600,"completed":${n},"failed":0,"total_input_tokens":${n * 100},
"total_output_tokens":${n * 201},"request_throughput":1,"output_throughput":200,"mean_ttft_ms":50,
"input_lens":${list(() => 100)},"output_lens":${list(() => 201)},"ttfts":${list((i) => 0.05 + random(i) / 10)},
"errors":${list(() => '')},"generated_texts":["x"],"itls":[`
  return filled(bytes, head, (i) => `${i === 0 ? '' : ','}${JSON.stringify(gaps(i))}`, ']}')
}

/** `profile_export.jsonl` of AIPerf: a record for each request. */
function aiperfLines(bytes: number): Uint8Array {
  const line = (i: number) =>
    `${JSON.stringify({
      metadata: {
        ...{ x_request_id: `${i}-4f0c9a3be1d27586`, conversation_id: `session_${i}`, turn_index: 0 },
        ...{ request_start_ns: 1.76e18 + i * 1e6, request_end_ns: 1.76e18 + i * 1e6 + 1e9, worker_id: 'w' },
        ...{ benchmark_phase: 'profiling', was_cancelled: false },
      },
      metrics: {
        time_to_first_token: { value: 100 * random(i), unit: 'ms' },
        inter_token_latency: { value: 10 * random(i + 1), unit: 'ms' },
        inter_chunk_latency: { value: Array.from({ length: 40 }, (_, k) => 10 * random(i + k)), unit: 'ms' },
        request_latency: { value: 1000, unit: 'ms' },
        input_sequence_length: { value: 100, unit: 'tokens' },
        output_sequence_length: { value: 41, unit: 'tokens' },
        http_req_duration: { value: 1000, unit: 'ms' },
      },
      error: null,
    })}\n`
  return filled(bytes, '', line, '')
}

const statistics = (mean: number) =>
  JSON.stringify({
    successful: { mean, median: mean, std_dev: 1, min: 1, max: 99, count: 40, total_sum: 40 * mean },
  })

/** `benchmarks.json` of GuideLLM with every request in it, prompts and answers too. */
function guidellm(bytes: number): Uint8Array {
  const head = `{"metadata":{"version":1,"guidellm_version":"0.5.0"},"args":{"model":"org/m"},"benchmarks":[{
"type_":"generative_benchmark","config":{"strategy":{"type_":"concurrent","streams":4}},
"scheduler_metrics":{"measure_start_time":1771372870,"measure_end_time":1771372930},
"metrics":{"request_totals":{"successful":40,"errored":0},"request_latency":${statistics(2)},
"output_token_count":${statistics(128)},"time_to_first_token_ms":${statistics(60)}},"requests":{"successful":[`
  const request = (i: number) =>
    `${i === 0 ? '' : ','}${JSON.stringify({
      ...{
        type_: 'generative',
        request_id: `r${i}`,
        request_start_time: 1.77e9 + i,
        request_end_time: 1.77e9 + i + 2,
      },
      scheduler_info: { queued: 1.77e9, resolve_start: 1.77e9 + i, worker_node_id: 0, status: 'completed' },
      input_metrics: { text_tokens: 256, image_tokens: null, audio_seconds: null },
      output_metrics: { text_tokens: 128, text_words: 90 },
      ...{ time_to_first_token_ms: 60, inter_token_latency_ms: 20, tokens_per_second: 64 },
      ...{ prompt: 'A long question. '.repeat(20), output: 'A long answer. '.repeat(20) },
    })}`
  return filled(bytes, head, request, ']}}]}')
}

const MB = 1_000_000
const SHAPES = { 'vllm-detailed': vllmDetailed, 'aiperf-jsonl': aiperfLines, guidellm }

/** Large files of three shapes: as large as they may be sent, and 100 MB compressed by gzip. */
export const LARGE_FILES = Object.entries(SHAPES).flatMap(([name, make]) => [
  { name: `import-${name}`, file: () => make(64 * MB) },
  { name: `import-${name}-gzip`, file: () => new Uint8Array(gzipSync(make(100 * MB), { level: 1 })) },
])

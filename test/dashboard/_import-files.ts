/** A file to drop: its name, and what is in it. */
type Given = { name: string; text: string }

const vllm = (i: number) => ({
  ...{ date: `20260${1 + (i % 9)}15-120000`, backend: 'vllm', model_id: 'org/m-7b', num_prompts: 40 + i },
  ...{ request_rate: 'inf', burstiness: 1, max_concurrency: 2 ** (i % 4), duration: 10, completed: 40 + i },
  ...{ failed: 0, total_input_tokens: 5120, total_output_tokens: 2560, request_throughput: 4 + i / 10 },
  ...{ output_throughput: 256, total_token_throughput: 768, mean_ttft_ms: 50 + i, median_ttft_ms: 48 + i },
  ...{ std_ttft_ms: 3, p99_ttft_ms: 90, mean_tpot_ms: 9, median_tpot_ms: 9, std_tpot_ms: 1, p99_tpot_ms: 12 },
})

/** It names neither model nor engine nor date. */
const sglang = (i: number) => ({
  ...{ backend: 'sglang', dataset_name: 'random', max_concurrency: 8, duration: 10, completed: 100 },
  ...{
    total_input_tokens: 102_400,
    total_output_tokens: 51_200 + i,
    total_output_tokens_retokenized: 51_100,
  },
  ...{
    request_throughput: 10,
    output_throughput: 5120,
    mean_ttft_ms: 60,
    median_ttft_ms: 55,
    median_tpot_ms: 2,
  },
})

const llama = (i: number) =>
  [512, 0].map((prompt) => ({
    ...{ build_commit: 'abc1234', build_number: 6000 + i, gpu_info: 'RTX 4080', model_filename: 'm.gguf' },
    ...{ model_type: 'llama 7B Q4_0', n_prompt: prompt, n_gen: prompt ? 0 : 128, n_depth: 0 },
    ...{ test_time: '2026-01-02T03:04:05Z', avg_ns: 1e9, avg_ts: prompt ? 900 + i : 90 + i, stddev_ts: 1 },
    samples_ts: [prompt ? 900 + i : 90 + i, prompt ? 901 + i : 91 + i],
  }))

const statistics = (mean: number, count = 40) => ({
  successful: {
    mean,
    median: mean,
    std_dev: 1,
    min: mean / 2,
    max: mean * 2,
    count,
    total_sum: mean * count,
  },
})

const guidellm = (i: number) => ({
  metadata: { version: 1, guidellm_version: '0.5.0' },
  args: { model: 'org/m-7b' },
  benchmarks: [1, 2].map((streams) => ({
    type_: 'generative_benchmark',
    config: { strategy: { type_: 'concurrent', streams } },
    scheduler_metrics: { measure_start_time: 1.77e9 + i, measure_end_time: 1.77e9 + i + 60 },
    metrics: {
      request_totals: { successful: 40, errored: 0, incomplete: 0, total: 40 },
      output_token_count: statistics(128 + i),
      prompt_token_count: statistics(256),
      time_to_first_token_ms: statistics(60 + streams),
      inter_token_latency_ms: statistics(20, 5000),
      request_latency: statistics(2.5),
    },
  })),
})

const metric = (unit: string, avg: number, more = {}) => ({ unit, avg, ...more })

const aiperf = (i: number) => ({
  ...{
    schema_version: '1.3',
    aiperf_version: '0.10.0',
    start_time: '2026-07-03T05:21:36',
    error_summary: [],
  },
  request_throughput: metric('requests/sec', 2),
  request_count: metric('requests', 96 + i),
  request_latency: metric('ms', 6000, { p50: 6000, count: 96 }),
  time_to_first_token: metric('ms', 200, { p50: 190, count: 96 }),
  inter_token_latency: metric('ms', 12, { p50: 11, count: 96 }),
  output_token_throughput: metric('tokens/sec', 1000),
  output_sequence_length: metric('tokens', 500, { count: 96, sum: 48_000 }),
  benchmark_duration: metric('sec', 48),
  input_config: {
    models: { items: [{ name: 'org/m-7b' }] },
    phases: [{ type: 'concurrency', concurrency: 16 }],
  },
})

const each = (n: number, name: string, of: (i: number) => unknown): Given[] =>
  Array.from({ length: n }, (_, i) => ({ name: name.replace('#', String(i)), text: JSON.stringify(of(i)) }))

/** Thirty files of five tools with 39 runs; those of SGLang name no model. */
export const thirtyFiles = (): Given[] => [
  ...each(12, 'vllm-#.json', vllm),
  ...each(6, 'sglang-#.jsonl', sglang),
  ...each(6, 'llama-bench-#.json', llama),
  ...each(3, 'guidellm-#.json', guidellm),
  ...each(3, 'aiperf-#.json', aiperf),
]

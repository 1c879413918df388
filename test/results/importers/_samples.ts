/** A file of each format, whose numbers agree with each other. JSON as a value, with one a line as `lines`, or a text. */
export type Sample = { format: string; json?: unknown; text?: string; path?: string }

const flat = (name: string, scale = 1, suffix = '_ms') =>
  Object.fromEntries(
    (
      [
        ['mean', 50],
        ['median', 45],
        ['std', 10],
        ['p90', 80],
        ['p99', 90],
      ] as const
    ).map(([statistic, value]) => [`${statistic}_${name}${suffix}`, value * scale]),
  )

const serve = {
  ...{
    date: '20260816-160853',
    backend: 'vllm',
    endpoint_type: 'openai',
    label: 'a label',
    model_id: 'org/m',
  },
  ...{ tokenizer_id: 'org/m', num_prompts: 100, request_rate: 'inf', burstiness: 1, max_concurrency: 8 },
  ...{ duration: 20, completed: 98, failed: 2, total_input_tokens: 9800, total_output_tokens: 4900 },
  ...{ request_throughput: 4.9, output_throughput: 245, total_token_throughput: 735, request_goodput: 4 },
  ...{ ...flat('ttft'), ...flat('tpot'), ...flat('itl'), ...flat('e2el') },
}

/** The three requests of a detailed file agree with its statistics. */
const detailed = {
  ...serve,
  ...{ num_prompts: 3, completed: 2, failed: 1, duration: 2, total_input_tokens: 20, total_output_tokens: 6 },
  ...{ request_throughput: 1, output_throughput: 3, total_token_throughput: 13, request_goodput: null },
  ...{ input_lens: [10, 10, 10], output_lens: [3, 3, 0], ttfts: [0.1, 0.3, 0], errors: ['', '', 'boom'] },
  itls: [[0.1, 0.1], [0.2, 0.2], []],
  ...{ mean_ttft_ms: 200, median_ttft_ms: 200, std_ttft_ms: 100, p90_ttft_ms: 280, p99_ttft_ms: 298 },
  ...{ mean_tpot_ms: 150, median_tpot_ms: 150, std_tpot_ms: 50, p90_tpot_ms: 190, p99_tpot_ms: 199 },
  ...{ mean_itl_ms: 150, median_itl_ms: 150, std_itl_ms: 50, p90_itl_ms: 200, p99_itl_ms: 200 },
  ...{ mean_e2el_ms: 500, median_e2el_ms: 500, std_e2el_ms: 200, p90_e2el_ms: 660, p99_e2el_ms: 696 },
}

const sglang = {
  ...{ backend: 'sglang', dataset_name: 'sharegpt', request_rate: 4, max_concurrency: 8, num_prompts: 100 },
  ...{ server_info: { model_path: 'org/m', version: '0.5', tp_size: 2 }, duration: 10, completed: 100 },
  ...{ total_input_tokens: 102_400, total_output_tokens: 51_200, total_output_tokens_retokenized: 51_200 },
  ...{ request_throughput: 10, input_throughput: 10_240, output_throughput: 5120, total_throughput: 15_360 },
  ...{ ...flat('ttft'), ...flat('tpot'), ...flat('itl'), ...flat('e2e_latency') },
  ...{ concurrency: 5, accept_length: 2.5 },
}

const guided = (mean: number, count: number) => ({
  successful: {
    ...{
      mean,
      median: mean,
      std_dev: mean / 10,
      min: mean / 2,
      max: mean * 2,
      count,
      total_sum: mean * count,
    },
    percentiles: { p50: mean, p90: mean * 1.5, p95: mean * 1.6, p99: mean * 1.9 },
  },
  errored: {
    mean: 0,
    median: 0,
    std_dev: 0,
    min: 0,
    max: 0,
    count: 0,
    total_sum: 0,
    percentiles: { p50: 0 },
  },
})

const guidellm = {
  metadata: { version: 1, guidellm_version: '0.5.0' },
  args: { target: 'http://engine:8000', model: 'org/m', max_seconds: 60 },
  benchmarks: [
    {
      type_: 'generative_benchmark',
      config: { strategy: { type_: 'concurrent', streams: 4 }, backend: { model: 'org/m' } },
      scheduler_state: { successful_requests: 30, errored_requests: 10, cancelled_requests: 2 },
      scheduler_metrics: {
        ...{ measure_start_time: 1_771_372_870, measure_end_time: 1_771_372_930 },
        requests_made: { successful: 30, errored: 10, incomplete: 2 },
      },
      start_time: 1_771_372_870,
      end_time: 1_771_372_930,
      duration: 60,
      metrics: {
        request_totals: { successful: 30, errored: 10, incomplete: 2, total: 42 },
        requests_per_second: guided(0.5, 30),
        request_concurrency: guided(3, 30),
        request_latency: guided(2.5, 30),
        prompt_token_count: guided(256, 30),
        output_token_count: guided(128, 30),
        time_to_first_token_ms: guided(60, 30),
        time_per_output_token_ms: guided(22, 3840),
        inter_token_latency_ms: guided(20, 3810),
        output_tokens_per_second: guided(64, 3840),
        tokens_per_second: guided(192, 3840),
      },
    },
  ],
}

const statistics = (unit: string, avg: number, more: object = {}) => ({
  ...{ unit, avg, p50: avg, p90: avg * 2, p99: avg * 3, min: avg / 5, max: avg * 4, std: avg / 10, ...more },
})

const profile = {
  request_throughput: { unit: 'requests/sec', avg: 2 },
  request_latency: statistics('ms', 6000, { count: 96 }),
  request_count: { unit: 'requests', avg: 96 },
  error_request_count: { unit: 'requests', avg: 4 },
  time_to_first_token: statistics('ms', 200, { count: 96 }),
  inter_token_latency: statistics('ms', 12, { count: 96 }),
  inter_chunk_latency: statistics('ms', 13, { count: 50_000 }),
  output_token_throughput: { unit: 'tokens/sec', avg: 1000 },
  total_token_throughput: { unit: 'tokens/sec', avg: 9000 },
  output_sequence_length: statistics('tokens', 500, { count: 96, sum: 48_000 }),
  input_sequence_length: statistics('tokens', 4000, { count: 96, sum: 384_000 }),
  benchmark_duration: { unit: 'sec', avg: 48 },
  error_summary: [{ error_details: { code: 500, type: 'Http', message: 'no' }, count: 4 }],
}

const aiperf = {
  ...{ schema_version: '1.3', aiperf_version: '0.10.0', start_time: '2026-07-03T05:21:36', ...profile },
  input_config: {
    models: { items: [{ name: 'org/m' }] },
    phases: [{ name: 'profiling', type: 'concurrency', concurrency: 16, requests: 100 }],
  },
  was_cancelled: false,
}

const genaiPerf = {
  ...profile,
  input_config: { model_names: ['org/m'], perf_analyzer: { stimulus: { concurrency: 16 } } },
}

const record = (i: number) => ({
  metadata: {
    ...{ request_start_ns: 1.76e18 + i * 1e9, request_end_ns: 1.76e18 + i * 1e9 + 1e9 },
    ...{ benchmark_phase: 'profiling', was_cancelled: false },
  },
  metrics: {
    time_to_first_token: { value: 100 + i, unit: 'ms' },
    inter_token_latency: { value: 10, unit: 'ms' },
    inter_chunk_latency: { value: [9, 11], unit: 'ms' },
    request_latency: { value: 1000, unit: 'ms' },
    input_sequence_length: { value: 100, unit: 'tokens' },
    output_sequence_length: { value: 50, unit: 'tokens' },
  },
  error: null,
})

const llamaTest = (n_prompt: number, n_gen: number) => ({
  ...{
    build_commit: 'abc123',
    build_number: 5163,
    cpu_info: 'A CPU',
    gpu_info: 'RTX 4080',
    backends: 'CUDA',
  },
  ...{
    model_filename: 'models/m.gguf',
    model_type: 'qwen2 7B Q4_K',
    n_batch: 2048,
    n_prompt,
    n_gen,
    n_depth: 0,
  },
  ...{ test_time: '2025-04-24T11:58:50Z', avg_ns: 70_000_000, stddev_ns: 1, avg_ts: 120, stddev_ts: 2 },
  ...{ samples_ns: [70_000_000], samples_ts: [118, 120, 122] },
})

const seconds = (mean: number, units = 's') => ({
  ...{ units, mean, min: mean / 2, p0p1: mean / 2, p50: mean, p90: mean * 2, p99: mean * 3, max: mean * 5 },
})

const llmD = {
  version: '0.2',
  run: { uid: 'u', time: { start: '2025-11-05T18:00:42Z', duration: 'PT1M40S' }, keywords: ['nightly'] },
  scenario: {
    stack: [
      {
        standardized: {
          ...{ kind: 'inference_engine', tool: 'vllm', tool_version: '0.11', replicas: 2 },
          ...{ model: { name: 'org/m' }, accelerator: { model: 'H100', count: 8 } },
        },
      },
    ],
    load: { standardized: { rate_qps: 10, input_seq_len: { value: 2000 }, output_seq_len: { value: 1000 } } },
  },
  results: {
    request_performance: {
      aggregate: {
        requests: {
          ...{ total: 425, failures: 20, incomplete: 5 },
          ...{ input_length: { mean: 2000 }, output_length: { mean: 1000 } },
        },
        throughput: {
          output_token_rate: { units: 'tokens/s', mean: 4000 },
          total_token_rate: { units: 'tokens/s', mean: 12_000 },
          request_rate: { units: 'queries/s', mean: 4 },
        },
        latency: {
          time_to_first_token: seconds(0.0625),
          inter_token_latency: seconds(11, 'ms/token'),
          time_per_output_token: seconds(0.012, 's/token'),
          normalized_time_per_output_token: seconds(0.02, 's/token'),
          request_latency: seconds(8),
        },
      },
    },
  },
}

const llmDOld = {
  version: '0.1',
  scenario: {
    model: { name: 'org/m' },
    host: { accelerator: [{ model: 'A100', count: 4 }] },
    platform: { engine: [{ name: 'vllm', version: '0.10', args: {} }] },
    load: { name: 'x', args: { load: { rate: 2 } } },
  },
  metrics: {
    time: { duration: 50, start: 1_760_000_000 },
    requests: { total: 100, failures: 0, input_length: { mean: 10 }, output_length: { mean: 20 } },
    latency: { request_latency: seconds(500, 'ms'), time_per_output_token: seconds(10, 'ms/token') },
    throughput: { output_tokens_per_sec: 40, total_tokens_per_sec: 60, requests_per_sec: 2 },
  },
}

const spread = (mean: number) => ({
  mean,
  min: mean / 2,
  median: mean,
  p99: mean * 2,
  'p99.9': mean * 3,
  max: mean * 4,
})

const inferencePerf = {
  load_summary: { count: 600, requested_rate: 10, achieved_rate: 10, send_duration: 60 },
  successes: {
    count: 540,
    latency: {
      request_latency: spread(1.7),
      time_to_first_token: spread(0.146),
      time_per_output_token: spread(0.012),
      inter_token_latency: spread(0.0121),
      normalized_time_per_output_token: spread(0.027),
    },
    throughput: {
      ...{ input_tokens_per_sec: 1800, output_tokens_per_sec: 540, total_tokens_per_sec: 2340 },
      requests_per_sec: 9,
    },
    prompt_len: spread(200),
    output_len: spread(60),
  },
  failures: { count: 60, request_latency: null },
}

const inferenceX = {
  ...{ hw: 'h200', conc: 64, image: 'vllm#vllm-openai:v0.11.0', model: 'org/m', framework: 'vllm' },
  ...{ precision: 'fp8', isl: 1024, osl: 1024, is_multinode: false, tp: 8, ep: 1, dp_attention: 'false' },
  ...{ tput_per_gpu: 1000, output_tput_per_gpu: 500, input_tput_per_gpu: 500 },
  ...{ ...flat('ttft', 0.001, ''), ...flat('tpot', 0.001, ''), ...flat('itl', 0.001, ''), mean_intvty: 50 },
}

const quantiles = (name: string, mean: number) =>
  Object.fromEntries(
    Object.entries({
      mean,
      min: mean / 2,
      max: mean * 2,
      stddev: mean / 10,
      quantiles_p50: mean,
      quantiles_p99: mean * 2,
    }).map(([statistic, value]) => [`results_${name}_${statistic}`, value]),
  )

const llmperf = {
  ...{
    version: '2023-08-31',
    name: 'a_name',
    model: 'org/m',
    mean_input_tokens: 550,
    stddev_input_tokens: 0,
  },
  ...{ mean_output_tokens: 150, stddev_output_tokens: 0, num_concurrent_requests: 5 },
  ...{ ...quantiles('inter_token_latency_s', 0.019), ...quantiles('ttft_s', 0.22) },
  ...{ ...quantiles('end_to_end_latency_s', 2.9), ...quantiles('number_input_tokens', 550) },
  ...quantiles('number_output_tokens', 150),
  ...{ results_num_requests_started: 160, results_number_errors: 10, results_error_rate: 0.0625 },
  ...{ results_error_code_frequency: "{'500': 10}", results_mean_output_throughput_token_per_s: 375 },
  ...{ results_num_completed_requests: 150, results_num_completed_requests_per_min: 150 },
  timestamp: 1_703_135_943,
}

const response = (more: object = {}) => ({
  ...{ error_code: null, error_msg: '', inter_token_latency_s: 0.1, ttft_s: 0.5, end_to_end_latency_s: 1.5 },
  ...{ number_output_tokens: 9, number_input_tokens: 20, number_total_tokens: 29, ...more },
})

const lmEval = {
  results: {
    gsm8k: { 'exact_match,strict-match': 0.69, 'exact_match_stderr,strict-match': 0.0127, alias: 'gsm8k' },
    arc: { 'acc,none': 0.4, 'acc_norm,none': 0.5, alias: 'arc' },
  },
  ...{ versions: { gsm8k: 3, arc: 1 }, 'n-shot': { gsm8k: 5, arc: 0 }, git_hash: 'd32ce5cf' },
  'n-samples': { gsm8k: { original: 1319, effective: 1319 } },
  config: { model: 'hf', model_args: 'pretrained=org/m', limit: null },
  ...{ date: 1_715_281_610.29, transformers_version: '4.40.2', task_hashes: { gsm8k: 'abc' } },
  ...{ model_source: 'hf', model_name: 'org/m', start_time: 1_159_056.09 },
}

const lighteval = {
  config_general: { lighteval_sha: '203045a', model_name: 'gpt2', max_samples: null, start_time: 1.5 },
  results: { 'leaderboard|gsm8k|5': { em: 0.42, em_stderr: 0.02 }, all: { em: 0.42 } },
  versions: { 'leaderboard|gsm8k|5': 0 },
}

const trtllm = {
  engine: { model: 'org/m', version: '1.2', backend: 'Pytorch', dtype: 'bfloat16', quantization: 'NVFP4' },
  machine: { name: 'NVIDIA GB10' },
  world_info: { tp_size: 2, pp_size: 2, world_size: 4, max_batch_size: 8 },
  request_info: {
    num_requests: 10,
    avg_num_concurrent_requests: 2.5,
    avg_input_length: 64,
    avg_output_length: 16,
  },
  performance: {
    ...{ total_latency_ms: 2000, avg_request_latency_ms: 500, request_throughput_req_s: 5 },
    ...{
      system_output_throughput_tok_s: 80,
      system_total_throughput_tok_s: 400,
      output_throughput_per_gpu_tok_s: 20,
    },
    request_latency_percentiles_ms: { p50: 490, p99: 700, minimum: 400, maximum: 710, average: 500 },
  },
  streaming_metrics: {
    ...{ avg_ttft_ms: 100, avg_tpot_ms: 14, tpot_percentiles: { p50: 13.9, average: 14 } },
    ttft_percentiles: { p50: 90, p99: 300, average: 100 },
  },
  energy: { total_energy_j: 56.1, output_tps_per_w: 2, average_gpu_power: 40 },
}

const percentiles = (avg: number) => ({ p50: avg, p90: avg * 2, p95: avg * 2, p99: avg * 3, avg })

const benchmarker = {
  config: { model_name: 'org/m', profile: null },
  results: [
    {
      ...{ id: 'constant@2', executor_type: 'ConstantArrivalRate', config: { max_vus: 800, rate: 2 } },
      ...{ total_requests: 12, successful_requests: 10, failed_requests: 2, total_tokens: 1000 },
      ...{ token_throughput_secs: 100, duration_ms: 10_000, request_rate: 1 },
      time_to_first_token_ms: percentiles(50),
      inter_token_latency_ms: percentiles(10),
      e2e_latency_ms: percentiles(1000),
    },
  ],
  ...{ start_time: '2025-01-01T00:00:00Z', system: { hostname: 'laptop', cpu: [] } },
}

const step = (unit: string) => ({
  latency: { unit: 's', values: [0.5, 1.5] },
  throughput: { unit, value: 200 },
  memory: { max_global_vram: 9000 },
})

const optimum = {
  config: {
    ...{ name: 'x', backend: { name: 'pytorch', model: 'org/m', torch_dtype: 'float16' } },
    scenario: {
      name: 'inference',
      input_shapes: { batch_size: 2, sequence_length: 256 },
      generate_kwargs: { max_new_tokens: 64 },
    },
    environment: { gpu: ['NVIDIA A10G'], gpu_count: 1, transformers_version: '4.41' },
  },
  report: { prefill: step('tokens/s'), decode: step('tokens/s') },
}

const around = (mean: number) => ({ mean, std: 1, values: [mean - 1, mean + 1] })

const benchy = {
  ...{
    version: '0.1.2',
    timestamp: '2026-08-28T10:00:00Z',
    latency_mode: 'api',
    latency_ms: 12.5,
    model: 'org/m',
  },
  benchmarks: [
    {
      ...{ concurrency: 2, context_size: 4096, prompt_size: 2048, response_size: 128 },
      ...{ is_context_prefill_phase: false, pp_throughput: around(1800), tg_throughput: around(42) },
      ...{ ttfr: around(480), est_ppt: around(470), e2e_ttft: around(505) },
    },
  ],
}

const lines = (...values: unknown[]) => values.map((value) => JSON.stringify(value)).join('\n')

const { samples_ns: _, samples_ts: __, ...csvTest } = llamaTest(512, 0)

export const samples: readonly Sample[] = [
  { format: 'vllm-serve', json: serve },
  { format: 'vllm-serve', json: detailed },
  { format: 'sglang-serving', json: sglang },
  { format: 'guidellm', json: guidellm },
  { format: 'aiperf', json: aiperf },
  { format: 'genai-perf', json: genaiPerf },
  { format: 'aiperf-jsonl', text: lines(record(0), record(1), record(2)) },
  {
    format: 'vllm-throughput',
    json: {
      ...{ elapsed_time: 10, num_requests: 5, total_num_tokens: 1000 },
      ...{ requests_per_second: 0.5, tokens_per_second: 100 },
    },
  },
  {
    format: 'vllm-latency',
    json: { avg_latency: 2, latencies: [1, 2, 3], percentiles: { '50': 2, '90': 2.8, '99': 2.98 } },
  },
  { format: 'llama-bench', json: [llamaTest(512, 0), llamaTest(0, 128)] },
  { format: 'inferencex', json: inferenceX },
  { format: 'llm-d-report', json: llmD },
  { format: 'llm-d-report', json: llmDOld },
  { format: 'inference-perf', json: inferencePerf },
  { format: 'llmperf', json: llmperf },
  {
    format: 'llmperf-responses',
    json: [response(), response({ ttft_s: 0.6 }), response({ error_code: 500, ttft_s: 0 })],
  },
  { format: 'lm-eval', json: lmEval },
  { format: 'lighteval', json: lighteval },
  { format: 'trtllm-bench', json: trtllm },
  { format: 'inference-benchmarker', json: benchmarker },
  { format: 'optimum-benchmark', json: optimum },
  { format: 'llama-benchy', json: benchy },
  {
    format: 'ollama',
    json: {
      ...{
        model: 'gemma3',
        created_at: '2025-10-17T23:14:07Z',
        done: true,
        total_duration: 2e9,
        load_duration: 1e8,
      },
      ...{ prompt_eval_count: 11, prompt_eval_duration: 1e7, eval_count: 50, eval_duration: 5e8 },
    },
  },
  {
    format: 'llama-server',
    json: {
      ...{ model: 'models/m.gguf', created: 1_760_000_000 },
      timings: {
        ...{ cache_n: 236, prompt_n: 10, prompt_ms: 100, prompt_per_second: 100 },
        ...{ predicted_n: 50, predicted_ms: 1000, predicted_per_second: 50 },
      },
    },
  },
  {
    format: 'sglang-offline',
    json: {
      ...{ backend: 'engine', successful_requests: 10, total_latency: 5, total_input_tokens: 1000 },
      ...{ total_output_tokens: 500, request_throughput: 2, input_throughput: 200, output_throughput: 100 },
      total_throughput: 300,
    },
  },
  {
    format: 'sglang-one-batch',
    json: {
      ...{ run_name: 'default', batch_size: 4, input_len: 100, output_len: 50, prefill_latency: 0.5 },
      ...{ prefill_throughput: 800, median_decode_latency: 0.02, median_decode_throughput: 200 },
      ...{ total_latency: 1.5, overall_throughput: 400 },
    },
  },
  {
    format: 'mlperf-summary',
    path: 'closed/AMD/results/8xMI300X/llama2-70b/Server/performance/run_1/mlperf_log_summary.txt',
    text: `================================================
MLPerf Results Summary
================================================
SUT name : PySUT
Scenario : Server
Mode     : PerformanceOnly
Completed samples per second    : 81.68
Completed tokens per second: 24593.77
Result is : VALID
Scheduled samples per second : 83.90
Min latency (ns)                : 980187992
Mean latency (ns)               : 43579602295
50.00 percentile latency (ns)   : 38401775522
Mean First Token latency (ns)               : 918456323
99.00 percentile first token latency (ns)   : 1914647645
Mean Time to Output Token (ns)                : 144594078
================================================
Test Parameters Used
================================================
target_qps : 83.5
ttft_latency (ns): 2000000000
`,
  },
  {
    format: 'mlx-lm',
    text: `Timing with prompt_tokens=1024, generation_tokens=64, batch_size=1.
Trial 1:  prompt_tps=350.5, generation_tps=38.700, peak_memory=3.502
Trial 2:  prompt_tps=350.6, generation_tps=38.800, peak_memory=3.502
Averages: prompt_tps=350.5, generation_tps=38.8, peak_memory=3.503
`,
  },
  {
    format: 'ollama-bench',
    text: `# Model: gemma3 | Params: 4.3B | Quant: Q4_K_M | Size: 3000 | VRAM: 3000
BenchmarkModel/name=gemma3/step=prefill 1 100000.00 ns/token 10000.00 token/sec
BenchmarkModel/name=gemma3/step=generate 1 10000000.00 ns/token 100.00 token/sec
BenchmarkModel/name=gemma3/step=ttft 1 45000000 ns/op
BenchmarkModel/name=gemma3/step=load 1 1500000000 ns/op
`,
  },
  {
    format: 'ollama-bench-csv',
    text: 'NAME,STEP,COUNT,NS_PER_COUNT,TOKEN_PER_SEC\ngpt:20b,prefill,128,100000,10000\ngpt:20b,generate,512,10000000,100\n',
  },
  {
    format: 'llama-bench-md',
    text: `| model                  |     size | backend | test | t/s |
| ---------------------- | -------: | ------- | ---: | ---: |
| qwen2 7B Q4_K - Medium | 4.36 GiB | CUDA | pp512 | 7340.20 ± 23.45 |
| qwen2 7B Q4_K - Medium | 4.36 GiB | CUDA | tg128 | 120.60 ± 0.59 |

build: 8cf427ff (5163)
`,
  },
  {
    format: 'llama-bench-csv',
    text: `${Object.keys(csvTest).join(',')}\n${Object.values(csvTest)
      .map((value) => `"${value}"`)
      .join(',')}\n`,
  },
  {
    format: 'aiperf-csv',
    text: `Metric,avg,min,max,p50,p99,std
Request Latency (ms),6000.00,1200.00,24000.00,6000.00,18000.00,600.00
Time to First Token (ms),200.00,40.00,800.00,200.00,600.00,20.00
Inter Token Latency (ms),12.00,2.40,48.00,12.00,36.00,1.20
Input Sequence Length (tokens),4000.00,4000.00,4000.00,4000.00,4000.00,0.00
Output Sequence Length (tokens),500.00,500.00,500.00,500.00,500.00,0.00

Metric,Value
Request Count,96.00
Benchmark Duration (sec),48.00
Output Token Throughput (tokens/sec),1000.00
Total Token Throughput (tokens/sec),9000.00
Request Throughput (requests/sec),2.00
`,
  },
  {
    format: 'genai-perf-csv',
    text: `Metric,avg,min,max,p99,p90,p50
Request Latency (ms),6000.00,1200.00,24000.00,18000.00,12000.00,6000.00
Time To First Token (ms),200.00,40.00,800.00,600.00,400.00,200.00
Inter Token Latency (ms),12.00,2.40,48.00,36.00,24.00,12.00
Output Sequence Length (tokens),500.00,500.00,500.00,500.00,500.00,500.00
Input Sequence Length (tokens),4000.00,4000.00,4000.00,4000.00,4000.00,4000.00

Metric,Value
Output Token Throughput (per sec),1000.00
Request Throughput (per sec),2.00
`,
  },
  {
    format: 'genai-perf-raw',
    json: {
      service_kind: 'openai',
      experiments: [
        {
          experiment: { mode: 'concurrency', value: 4 },
          requests: [0, 1].map((i) => ({
            timestamp: 1.76e18 + i * 1e9,
            response_outputs: ['a', 'b', 'c'].map((content) => ({
              response: `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`,
            })),
            response_timestamps: [1, 2, 3].map((n) => 1.76e18 + i * 1e9 + n * 1e8),
          })),
        },
      ],
    },
  },
  {
    format: 'llama-batched-bench',
    json: {
      ...{ n_kv_max: 8192, n_batch: 2048, n_ubatch: 512, flash_attn: 1, is_pp_shared: 0, n_gpu_layers: 99 },
      ...{
        pp: 100,
        tg: 50,
        pl: 4,
        n_kv: 600,
        t_pp: 0.5,
        speed_pp: 800,
        t_tg: 2,
        speed_tg: 100,
        t: 2.5,
        speed: 240,
      },
    },
  },
  {
    format: 'llama-batched-bench-md',
    text: `main: n_kv_max = 8192

|    PP |     TG |    B |   N_KV |   T_PP s | S_PP t/s |   T_TG s | S_TG t/s |      T s |    S t/s |
|-------|--------|------|--------|----------|----------|----------|----------|----------|----------|
|   100 |     50 |    4 |    600 |    0.500 |   800.00 |    2.000 |   100.00 |    2.500 |   240.00 |
`,
  },
  {
    format: 'ollama-verbose',
    text: `An answer in words.

total duration:       2.5s
load duration:        100ms
prompt eval count:    11 token(s)
prompt eval duration: 10ms
prompt eval rate:     1100.00 tokens/s
eval count:           50 token(s)
eval duration:        500ms
eval rate:            100.00 tokens/s
`,
  },
]

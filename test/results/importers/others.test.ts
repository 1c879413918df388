import { expect, test } from 'vitest'
import { codes, one, originalOf, read, refusal } from './_read.ts'

const llmperf = {
  version: '2023-08-31',
  name: 'hf_550_150_summary_of_a_long_name',
  model: 'org/m',
  mean_input_tokens: 550,
  mean_output_tokens: 150,
  num_concurrent_requests: 5,
  results_inter_token_latency_s_mean: 0.019,
  results_inter_token_latency_s_quantiles_p50: 0.018,
  results_ttft_s_quantiles_p50: 0.2,
  results_ttft_s_quantiles_p99: 0.45,
  results_ttft_s_mean: 0.22,
  results_ttft_s_min: 0.18,
  results_ttft_s_max: 0.5,
  results_ttft_s_stddev: 0.05,
  results_end_to_end_latency_s_mean: 2.9,
  results_number_input_tokens_mean: 550,
  results_number_output_tokens_mean: 150,
  results_number_output_tokens_min: '150',
  results_num_requests_started: 160,
  results_number_errors: 10,
  results_error_code_frequency: "{'500': 10}",
  results_mean_output_throughput_token_per_s: 375,
  results_num_completed_requests: 150,
  results_num_completed_requests_per_min: 150,
  timestamp: 1_703_135_943,
}

test('LLMPerf: its gap contains the first token, so it is no TPOT and no ITL', async () => {
  const { format, document, metrics } = await one(llmperf, { engine: 'vllm' })
  expect(format).toBe('llmperf')
  expect(document).toMatchObject({
    model: 'org/m',
    timestamp: 1_703_135_943,
    config: {
      options: { concurrency: 5, requests: 160 },
      parameters: { name: 'hf_550_150_summary_of_a_long_name' },
    },
  })
  expect(metrics).toMatchObject({
    requests: 160,
    failed_requests: 10,
    duration_s: 60,
    output_tps: 375,
    ttft_ms: { avg: 220, p50: 200, p99: 450, stddev: 50 },
    e2e_latency_ms: { avg: 2900 },
    e2e_per_token_ms: { avg: 19, p50: 18 },
  })
  for (const name of ['tpot_ms', 'itl_ms']) expect(metrics).not.toHaveProperty(name)
})

test('single responses of LLMPerf give a TPOT; failed ones count as failed', async () => {
  const ok = {
    error_code: null,
    error_msg: '',
    inter_token_latency_s: 0.1,
    ttft_s: 0.5,
    end_to_end_latency_s: 1.5,
    number_output_tokens: 9,
    number_input_tokens: 20,
  }
  const bad = {
    error_code: 500,
    error_msg: 'boom',
    inter_token_latency_s: 0,
    ttft_s: 0,
    end_to_end_latency_s: 0,
    number_output_tokens: 0,
  }
  const { document, metrics } = await one([ok, { ...ok, end_to_end_latency_s: 2.5 }, bad])
  expect(metrics).toMatchObject({
    successful_requests: 2,
    failed_requests: 1,
    tpot_ms: { count: 2, avg: 187.5 },
    ttft_ms: { avg: 500 },
    e2e_per_token_ms: { avg: 100 },
  })
  expect(document.results[0].errors).toEqual(['boom'])
})

const trtllm = {
  engine: {
    model: 'org/m',
    version: '1.2',
    backend: 'Pytorch',
    dtype: 'bfloat16',
    kv_cache_dtype: 'FP8',
    quantization: 'NVFP4',
  },
  machine: { name: 'NVIDIA GB10' },
  world_info: { tp_size: 2, pp_size: 2, max_batch_size: 8 },
  request_info: {
    num_requests: 10,
    avg_num_concurrent_requests: 3.5,
    avg_input_length: 64,
    avg_output_length: 16,
  },
  performance: {
    total_latency_ms: 2000,
    avg_request_latency_ms: 500,
    request_throughput_req_s: 5,
    system_output_throughput_tok_s: 80,
    system_total_throughput_tok_s: 400,
    output_throughput_per_gpu_tok_s: 20,
    request_latency_percentiles_ms: { p50: 490, p99: 700, minimum: 400, maximum: 710 },
  },
}

test('trtllm-bench, with and without what it leaves out at will', async () => {
  const streaming_metrics = {
    avg_ttft_ms: 100,
    avg_tpot_ms: 14,
    tpot_percentiles: { p50: 13.9 },
    ttft_percentiles: { p99: 300 },
  }
  const { format, document, metrics } = await one(
    { ...trtllm, streaming_metrics, energy: { total_energy_j: 56.1 } },
    {},
  )
  expect(format).toBe('trtllm-bench')
  expect(document).toMatchObject({
    model: 'org/m',
    engine: 'tensorrt_llm',
    engine_version: '1.2',
    system_info: { gpu: { model: 'NVIDIA GB10', count: 4 } },
    environment: { quantization: 'NVFP4', told: { tp_size: 2 } },
  })
  expect(metrics).toMatchObject({
    output_tps: 80,
    total_tps: 400,
    request_rate_rps: 5,
    concurrency_mean: 3.5,
    ttft_ms: { avg: 100, p99: 300 },
    tpot_ms: { avg: 14, p50: 13.9 },
    e2e_latency_ms: { avg: 500, min: 400, p99: 700 },
    output_tps_per_gpu: 20,
    energy_joules: 56.1,
  })
  const { request_info, ...rest } = trtllm
  const bare = await one(
    { ...rest, request_info: { num_requests: 10 }, osl_stats: { average: 16 }, isl_stats: { average: 64 } },
    {},
  )
  expect(bare.metrics).toMatchObject({ output_tps: 80 })
  expect(bare.metrics).not.toHaveProperty('ttft_ms')
})

const mlperf = (verdict: string) => `================================================
MLPerf Results Summary
================================================
SUT name : PySUT
Scenario : Server
Mode     : PerformanceOnly
Completed samples per second    : 81.68
Completed tokens per second: 24593.77
Result is : ${verdict}
  Performance constraints satisfied : ${verdict === 'VALID' ? 'Yes' : 'NO'}
TTFT Early Stopping Result:
 * Run successful.

================================================
Additional Stats
================================================
Scheduled samples per second : 83.90
Min latency (ns)                : 980187992
Mean latency (ns)               : 43579602295
50.00 percentile latency (ns)   : 38401775522
99.90 percentile latency (ns)   : 159705402675
Mean First Token latency (ns)               : 918456323
99.00 percentile first token latency (ns)   : 1914647645
Mean Time to Output Token (ns)                : 144594078
97.00 percentile time to output token (ns)   : 175094669

================================================
Test Parameters Used
================================================
target_qps : 83.5
ttft_latency (ns): 2000000000
qsl_rng_seed : 1780908523862526354
`

test('an MLPerf summary: nanoseconds; the model is in the path', async () => {
  const path = 'closed/AMD/results/8xMI300X/llama2-70b-99.9/Server/performance/run_1/mlperf_log_summary.txt'
  const { format, document, metrics } = await one(mlperf('VALID'), { engine: 'vllm', path })
  expect(format).toBe('mlperf-summary')
  expect(document).toMatchObject({
    model: 'llama2-70b-99.9',
    passed: true,
    tool: { percentiles: 'order_statistic' },
    config: {
      options: { mode: 'poisson', rate: 83.5 },
      parameters: { ttft_latency_ns: 2_000_000_000, qsl_rng_seed: '1780908523862526354' },
    },
  })
  expect(document.results[0].test_name).toBe('mlperf_server')
  expect(metrics).toMatchObject({
    output_tps: 24_593.77,
    request_rate_rps: 81.68,
    rate_asked_rps: 83.5,
    rate_kept_rps: 83.9,
  })
  expect(metrics.e2e_latency_ms.p50).toBeCloseTo(38_401.775522, 6)
  expect(metrics.ttft_ms.p99).toBeCloseTo(1914.647645, 6)
  expect(metrics.tpot_ms.avg).toBeCloseTo(144.594078, 6)
})

test('an INVALID run has failed, with the reason; a summary that is cut short is refused', async () => {
  const { document } = await one(mlperf('INVALID'))
  expect(document.passed).toBe(false)
  expect(document.results[0].passed).toBe(false)
  expect(document.results[0].errors).toEqual([
    'MLPerf calls this run INVALID: not Performance constraints satisfied.',
  ])
  const cut = await read(mlperf('VALID').split('Test Parameters')[0])
  expect(cut.runs[0]?.refused).toMatch(/cut short/)
})

test("an answer of Ollama's API: nanoseconds, the text is not kept, what was cached is absent", async () => {
  const answer = {
    model: 'gemma3',
    created_at: '2025-10-17T23:14:07Z',
    response: 'private words',
    done: true,
    total_duration: 2e9,
    load_duration: 1e8,
    prompt_eval_count: 11,
    prompt_eval_duration: 1e7,
    eval_count: 50,
    eval_duration: 5e8,
    context: [1, 2],
  }
  const { document, metrics } = await one(answer, {})
  expect(document).toMatchObject({
    model: 'gemma3',
    engine: 'ollama',
    timestamp: '2025-10-17T23:14:07Z',
    asserted: {},
  })
  expect(metrics).toMatchObject({
    output_tps: 100,
    prefill_tps: 1100,
    derived_ttft_ms: 110,
    load_ms: 100,
    output_tokens: 50,
  })
  expect(JSON.stringify(document) + (await originalOf(document))).not.toContain('private words')
  const { prompt_eval_count, prompt_eval_duration, ...cached } = answer
  const two = await one(`${JSON.stringify(answer)}\n${JSON.stringify(cached)}`, {})
  expect(two.document.results.map(({ run_number }: { run_number: number }) => run_number)).toEqual([1, 2])
  for (const name of ['prefill_tps', 'derived_ttft_ms', 'input_tokens'])
    expect(two.document.results[1].metrics).not.toHaveProperty(name)
})

test('ollama-bench as text and as CSV: an epoch is a repetition; a model that spills is told of', async () => {
  const epoch = `BenchmarkModel/name=gemma3/step=prefill 1 100000.00 ns/token 10000.00 token/sec
BenchmarkModel/name=gemma3/step=generate 1 10000000.00 ns/token 100.00 token/sec
BenchmarkModel/name=gemma3/step=ttft 1 45000000 ns/op
BenchmarkModel/name=gemma3/step=load 1 1500000000 ns/op
`
  const { document } = await one(
    `# Model: gemma3 | Params: 4.3B | Quant: Q4_K_M | Size: 4000 | VRAM: 3000\n${epoch}${epoch}`,
    {},
  )
  expect(document).toMatchObject({
    model: 'gemma3',
    engine: 'ollama',
    environment: { quantization: 'Q4_K_M' },
  })
  expect(document.results).toHaveLength(2)
  expect(document.results[0].metrics).toMatchObject({
    output_tps: 100,
    prefill_tps: 10_000,
    ttft_ms: { avg: 45 },
    load_ms: 1500,
  })
  expect(codes(document)).toEqual(['cpu_spill'])
  const csv = await one(
    'NAME,STEP,COUNT,NS_PER_COUNT,TOKEN_PER_SEC\ngpt:20b,prefill,128,100000,10000\ngpt:20b,generate,512,10000000,100\n',
    {},
  )
  expect(csv.metrics).toEqual({ output_tps: 100, prefill_tps: 10_000, output_tokens: 512, input_tokens: 128 })
})

test('an answer of llama-server: what was cached is no input that was read', async () => {
  const { metrics, document } = await one(
    {
      model: '/models/m.gguf',
      created: 1_760_000_000,
      choices: [{ text: 'private' }],
      timings: {
        cache_n: 236,
        prompt_n: 1,
        prompt_ms: 30.9,
        prompt_per_second: 32,
        predicted_n: 35,
        predicted_ms: 661,
        predicted_per_second: 52.9,
      },
    },
    {},
  )
  expect(metrics).toMatchObject({
    output_tps: 52.9,
    input_tokens: 237,
    cached_tokens: 236,
    derived_ttft_ms: 30.9,
  })
  expect(document).toMatchObject({ model: 'm.gguf', engine: 'llama_cpp' })
})

const mlx = (rates: number[]) => `Running warmup..
Timing with prompt_tokens=1024, generation_tokens=64, batch_size=1.
${rates.map((rate, i) => `Trial ${i + 1}:  prompt_tps=350.5, generation_tps=${rate.toFixed(3)}, peak_memory=3.502`).join('\n')}
Averages: prompt_tps=350.5, generation_tps=38.8, peak_memory=3.503
`

test('trials of mlx_lm.benchmark are repetitions, unless the host slows down', async () => {
  const { document } = await one(mlx([38.7, 38.2, 39]), { model: 'm' })
  expect(document).toMatchObject({
    engine: 'mlx',
    config: { options: { mode: 'synchronous', concurrency: 1, input_tokens: 1024, output_tokens: 64 } },
    warnings: [],
  })
  expect(document.results.map(({ metrics }: { metrics: object }) => metrics)[1]).toEqual({
    prefill_tps: 350.5,
    output_tps: 38.2,
    memory_peak_gb: 3.502,
  })
  expect(codes((await one(mlx([40, 30, 26]), { model: 'm' })).document)).toEqual(['throttled'])
  const old = await one(
    mlx([38.7]).replace(', generation_tokens=64, batch_size=1', ' and generation_tokens=64'),
    { model: 'm' },
  )
  expect(old.document.config.options.output_tokens).toBe(64)
  expect(await refusal(mlx([38.7]).split('Averages')[0], { model: 'm' })).toMatch(/cut short/)
})

test("Hugging Face's inference-benchmarker: its warm-up is no run, and its system the client's", async () => {
  const percentiles = (avg: number) => ({ p50: avg, p90: avg * 2, p95: avg * 2, p99: avg * 3, avg })
  const load = (id: string, executor_type: string, config: object) => ({
    id,
    executor_type,
    config,
    total_requests: 12,
    successful_requests: 10,
    failed_requests: 2,
    total_tokens: 1000,
    token_throughput_secs: 100,
    duration_ms: 10_000,
    request_rate: 1,
    time_to_first_token_ms: percentiles(50),
    inter_token_latency_ms: percentiles(10),
    e2e_latency_ms: percentiles(1000),
  })
  const file = {
    config: { model_name: 'org/m' },
    results: [
      load('warmup', 'ConstantVUs', { max_vus: 1 }),
      load('throughput', 'ConstantVUs', { max_vus: 128 }),
      load('constant@2', 'ConstantArrivalRate', { max_vus: 800, rate: 2 }),
    ],
    start_time: '2025-01-01T00:00:00Z',
    system: { hostname: 'laptop', cpu: [] },
  }
  const { format, documents } = await read(file, { engine: 'tgi' })
  expect(format).toBe('inference-benchmarker')
  expect(documents.map(({ config }) => config.options)).toMatchObject([
    { mode: 'concurrent', concurrency: 128 },
    { mode: 'constant', rate: 2, max_concurrency: 800 },
  ])
  expect(documents[0].results[0].metrics).toMatchObject({
    requests: 12,
    failed_requests: 2,
    output_tps: 100,
    ttft_ms: { avg: 50, p99: 150 },
    tpot_ms: { avg: 10 },
  })
  expect(documents[0]).not.toHaveProperty('system_info')
})

test('optimum-benchmark: phases are benchmarks of their own, seconds, and tokens alone are rates', async () => {
  const step = (unit: string) => ({
    latency: { unit: 's', values: [0.5, 1.5] },
    throughput: { unit, value: 200 },
    memory: { max_global_vram: 9000 },
  })
  const file = {
    config: {
      name: 'x',
      backend: { name: 'pytorch', model: 'org/m', torch_dtype: 'float16' },
      scenario: {
        name: 'inference',
        input_shapes: { batch_size: 2, sequence_length: 256 },
        generate_kwargs: { max_new_tokens: 64 },
      },
      environment: {
        gpu: ['NVIDIA A10G'],
        gpu_count: 1,
        transformers_version: '4.41',
        optimum_benchmark_version: '0.4',
      },
    },
    report: { load_model: step('x'), prefill: step('tokens/s'), decode: step('tokens/s') },
  }
  const { format, document } = await one(file, {})
  expect(format).toBe('optimum-benchmark')
  expect(document).toMatchObject({
    model: 'org/m',
    engine: 'transformers',
    engine_version: '4.41',
    system_info: { gpu: { model: 'NVIDIA A10G', count: 1 } },
  })
  expect(document.results).toMatchObject([
    { test_name: 'optimum_load_model', metrics: { step_ms: { avg: 1000 } } },
    { test_name: 'optimum_prefill', metrics: { prefill_tps: 200, memory_peak_mb: 9000 } },
    { test_name: 'optimum_decode', metrics: { output_tps: 200 } },
  ])
})

test('llama-benchy: a run for each load; its first response may hold no token', async () => {
  const metric = (mean: number) => ({ mean, std: 1, values: [mean - 1, mean + 1] })
  const benchmark = (concurrency: number) => ({
    concurrency,
    context_size: 4096,
    prompt_size: 2048,
    response_size: 128,
    is_context_prefill_phase: false,
    pp_throughput: metric(1800),
    tg_throughput: metric(42),
    ttfr: metric(480),
    est_ppt: metric(470),
    e2e_ttft: metric(505),
    peak_throughput: null,
  })
  const { format, documents } = await read(
    {
      version: '0.1.2',
      timestamp: '2026-08-28T10:00:00Z',
      latency_mode: 'api',
      latency_ms: 12.5,
      model: 'org/m',
      prefix_caching_enabled: false,
      max_concurrency: 2,
      benchmarks: [benchmark(1), benchmark(2)],
    },
    { engine: 'vllm' },
  )
  expect(format).toBe('llama-benchy')
  expect(documents[1]).toMatchObject({
    model: 'org/m',
    timestamp_source: 'file',
    config: { options: { mode: 'concurrent', concurrency: 2, depth_tokens: 4096 } },
  })
  expect(documents[0].results[0]).toMatchObject({
    test_name: 'llama_benchy',
    metrics: { prefill_tps: 1800, output_tps: 42, ttft_ms: { count: 2, avg: 505 }, ttfr_ms: { avg: 480 } },
  })
})

test('what `ollama run --verbose` prints: durations of Go, an answer is a repetition, its words are not kept', async () => {
  const answer = (prompt: string) => `Private words of an answer.

total duration:       1m2.5s
load duration:        100ms
${prompt}eval count:           50 token(s)
eval duration:        500ms
eval rate:            100.00 tokens/s
`
  const prompt =
    'prompt eval count:    11 token(s)\nprompt eval duration: 10ms\nprompt eval rate:     1100.00 tokens/s\n'
  const { format, document } = await one(answer(prompt) + answer(''), { model: 'gemma3' })
  expect(format).toBe('ollama-verbose')
  expect(document).toMatchObject({ engine: 'ollama', model: 'gemma3' })
  expect(document.results).toMatchObject([
    {
      metrics: {
        output_tps: 100,
        prefill_tps: 1100,
        derived_ttft_ms: 110,
        total_ms: 62_500,
        output_tokens: 50,
      },
    },
    { run_number: 2, metrics: { output_tps: 100 } },
  ])
  expect(document.results[1].metrics).not.toHaveProperty('prefill_tps')
  expect(JSON.stringify(document) + (await originalOf(document))).not.toContain('Private')
})

import { expect, test } from 'vitest'
import { codes, one, read } from './_read.ts'

/** A line of `bench_serving`, with the bare Infinity that Python writes. */
const line = (more: object = {}, rate = 'Infinity') =>
  JSON.stringify({
    backend: 'sglang',
    dataset_name: 'random',
    request_rate: 'RATE',
    max_concurrency: null,
    random_input_len: 1024,
    random_output_len: 512,
    random_range_ratio: 1.0,
    duration: 10,
    completed: 100,
    total_input_tokens: 102_400,
    total_output_tokens: 51_200,
    total_output_tokens_retokenized: 51_100,
    request_throughput: 10,
    input_throughput: 10_240,
    output_throughput: 5120,
    total_throughput: 15_360,
    mean_e2e_latency_ms: 900,
    median_e2e_latency_ms: 880,
    p90_e2e_latency_ms: 1200,
    mean_ttft_ms: 60,
    median_ttft_ms: 55,
    std_ttft_ms: 10,
    p99_ttft_ms: 99,
    mean_tpot_ms: 1.7,
    median_itl_ms: 1.5,
    concurrency: 9.1,
    accept_length: null,
    ...more,
  }).replace('"RATE"', rate)

test('a line of bench_serving: bare Infinity, its numbers, its measured concurrency', async () => {
  const { format, document, metrics } = await one(line())
  expect(format).toBe('sglang-serving')
  expect(document).toMatchObject({
    model: 'told-model',
    engine: 'told-engine',
    config: { options: { mode: 'throughput', input_tokens: 1024, output_tokens: 512 } },
  })
  expect(metrics).toMatchObject({
    successful_requests: 100,
    output_tps: 5120,
    total_tps: 15_360,
    request_rate_rps: 10,
    concurrency_mean: 9.1,
    e2e_latency_ms: { count: 100, avg: 900, p50: 880, p90: 1200 },
    ttft_ms: { avg: 60, p50: 55, p99: 99 },
    tpot_ms: { avg: 1.7 },
    itl_ms: { p50: 1.5 },
    retokenized_output_tokens: 51_100,
  })
  // How many failed is not told: then no share of errors is claimed.
  for (const name of ['failed_requests', 'error_rate', 'requests', 'accept_length'])
    expect(metrics).not.toHaveProperty(name)
  expect(codes(document)).toEqual([])
})

test('each appended line is a run; NaN is absent; the number of prompts may be in the name alone', async () => {
  const { documents } = await read(
    `${line({}, '4.0')}\n${line({ mean_ttft_ms: 'X' }, '8.0').replace('"X"', 'NaN')}\n`,
    {
      model: 'm',
      path: 'out/sglang_1219_120_random.jsonl',
    },
  )
  expect(documents.map(({ config }) => config.options.rate)).toEqual([4, 8])
  expect(documents[1].results[0].metrics.ttft_ms).not.toHaveProperty('avg')
  expect(documents[0].results[0].metrics).toMatchObject({ requests: 120, failed_requests: 20 })
})

test('a range of lengths is no fixed length: the measured means are taken', async () => {
  const { document } = await one(line({ random_range_ratio: 0, total_input_tokens: 50_900 }))
  expect(document.config.options).toMatchObject({ input_tokens: 509, output_tokens: 512 })
})

test('token counts that disagree are told of; the engine counts', async () => {
  const { document, metrics } = await one(line({ total_output_tokens_retokenized: 48_000 }))
  expect(metrics.output_tokens).toBe(51_200)
  expect(codes(document)).toEqual(['tokens_disagree'])
})

test('the server that newer versions tell of gives the model, the version and the arguments', async () => {
  const server_info = {
    model_path: 'org/m',
    served_model_name: 'org/m',
    version: '0.5.3',
    tp_size: 4,
    api_key: 'sk-1234567890abcdefgh',
    internal_states: [{}],
  }
  const { document } = await one(line({ server_info }), {})
  expect(document).toMatchObject({
    model: 'org/m',
    engine: 'sglang',
    engine_version: '0.5.3',
    environment: { told: { tp_size: 4, api_key: '[secret]' } },
  })
  expect(JSON.stringify(document)).not.toContain('1234567890abcdefgh')
})

test('all failed is all absent', async () => {
  const zeros = {
    completed: 0,
    total_output_tokens: 0,
    total_output_tokens_retokenized: 0,
    output_throughput: 0,
    request_throughput: 0,
    total_throughput: 0,
    mean_ttft_ms: 0,
    median_ttft_ms: 0,
    concurrency: 0,
  }
  const { document, metrics } = await one(line({ ...zeros, num_prompts: 5 }))
  expect(document.passed).toBe(false)
  expect(metrics).toEqual({
    mode: 'throughput',
    requests: 5,
    successful_requests: 0,
    failed_requests: 5,
    error_rate: 1,
    duration_s: 10,
  })
})

test('offline throughput and one batch are benchmarks of their own', async () => {
  const offline = {
    backend: 'engine',
    successful_requests: 10,
    total_latency: 2,
    total_input_tokens: 100,
    total_output_tokens: 200,
    request_throughput: 5,
    input_throughput: 50,
    output_throughput: 100,
    total_throughput: 150,
  }
  const found = await one(offline)
  expect(found.document.results[0].test_name).toBe('offline_throughput')
  expect(found.metrics).toMatchObject({ output_tps: 100, total_tps: 150, duration_s: 2 })
  const batch = {
    run_name: 'default',
    batch_size: 8,
    input_len: 256,
    output_len: 32,
    prefill_latency: 0.05,
    prefill_throughput: 40_960,
    median_decode_latency: 0.01,
    median_decode_throughput: 800,
    total_latency: 0.4,
    overall_throughput: 5760,
  }
  const { document, metrics } = await one(batch)
  expect(document.results[0].test_name).toBe('one_batch')
  expect(metrics).toMatchObject({
    prefill_ms: 50,
    decode_step_ms: 10,
    output_tps: 800,
    total_tps: 5760,
    batch_latency_ms: 400,
  })
})

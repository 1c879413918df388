import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { codes, one, read } from './_read.ts'

/** Statistics of one metric; those of other states are zeros, as the tool writes them. */
const metric = (mean: number, count: number, more: object = {}) => ({
  successful: {
    mean,
    median: mean,
    std_dev: mean / 10,
    min: mean / 2,
    max: mean * 2,
    count,
    total_sum: mean * count,
    percentiles: { p50: mean, p90: mean * 1.5, p95: mean * 1.6, p99: mean * 1.9 },
    ...more,
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
  // Holds those that were cut off at the end.
  total: { mean: mean * 3, max: 7, count: count + 2, total_sum: mean * count * 3, percentiles: {} },
})

const benchmark = (strategy: object, more: object = {}) => ({
  type_: 'generative_benchmark',
  config: {
    strategy,
    constraints: { max_seconds: { max_duration: 60 } },
    backend: { target: 'http://engine:8000', model: 'org/m' },
    requests: { data: '[\'{"prompt_tokens":256}\']' },
  },
  scheduler_state: { successful_requests: 40, errored_requests: 0, cancelled_requests: 5 },
  scheduler_metrics: {
    measure_start_time: 1_771_372_871.5,
    measure_end_time: 1_771_372_931.5,
    requests_made: { incomplete: 2 },
  },
  metrics: {
    request_totals: { successful: 40, errored: 10, incomplete: 0, total: 50 },
    requests_per_second: metric(0.6, 39),
    request_concurrency: metric(3, 40),
    request_latency: metric(2.5, 40),
    prompt_token_count: metric(256, 40),
    output_token_count: metric(128, 40),
    time_to_first_token_ms: metric(60, 40),
    time_per_output_token_ms: metric(22, 5120),
    inter_token_latency_ms: metric(20, 5080),
    output_tokens_per_second: metric(83, 5120),
    tokens_per_second: metric(250, 5120),
  },
  requests: { successful: [{ request_args: '{"messages":[]}', output: 'a private answer' }] },
  ...more,
})

const v1 = (...benchmarks: object[]) => ({
  metadata: { version: 1, guidellm_version: '0.5.0' },
  args: {
    target: 'http://engine:8000',
    model: null,
    backend_kwargs: "{'api_key': 'sk-abcdefghijklmnopqrstuv'}",
    max_seconds: 60,
  },
  benchmarks,
})

test('rates of GuideLLM are runs; rates come from sums, the mean of its own distribution is beside them', async () => {
  const file = v1(
    benchmark({ type_: 'synchronous' }),
    benchmark({ type_: 'constant', rate: 4 }),
    benchmark({ type_: 'concurrent', streams: 16 }),
    benchmark({ type_: 'throughput', max_concurrency: 512 }),
  )
  const { format, version, documents } = await read(file, { engine: 'vllm' })
  expect([format, version]).toEqual(['guidellm', '0.5.0'])
  expect(documents.map(({ config }) => config.options)).toMatchObject([
    { mode: 'synchronous', concurrency: 1, seconds: 60, input_tokens: 256, output_tokens: 128 },
    { mode: 'constant', rate: 4 },
    { mode: 'concurrent', concurrency: 16 },
    { mode: 'throughput', max_concurrency: 512 },
  ])
  const [first] = documents
  // Its own model is null: the backend's is taken.
  expect(first).toMatchObject({
    model: 'org/m',
    timestamp: '2026-02-18T00:01:11.500Z',
    timestamp_source: 'file',
    passed: true,
  })
  const { metrics } = first.results[0]
  expect(metrics).toMatchObject({
    requests: 50,
    successful_requests: 40,
    failed_requests: 10,
    // Cut off at the end: no error.
    cancelled_requests: 2,
    error_rate: 0.2,
    duration_s: 60,
    input_tokens: 10_240,
    output_tokens: 5120,
    reported_output_tps: 83,
    reported_request_rate_rps: 0.6,
    concurrency_peak: 7,
  })
  expect(metrics.output_tps).toBeCloseTo(5120 / 60, 9)
  expect(codes(first)).toEqual(['failures', 'throughput_disagrees', 'throughput_disagrees'])
})

test('seconds become milliseconds, and what contains the first token is no TPOT', async () => {
  const { metrics } = await one(v1(benchmark({ type_: 'synchronous' })), { engine: 'vllm' })
  expect(metrics.e2e_latency_ms).toMatchObject({ count: 40, avg: 2500, p99: 4750, min: 1250 })
  expect(metrics.e2e_latency_ms.stddev).toBeCloseTo(250 * Math.sqrt(40 / 39), 9)
  expect(metrics.ttft_ms).toMatchObject({ count: 40, avg: 60 })
  // Its count is that of tokens.
  expect(metrics.tpot_ms).toMatchObject({
    count: 40,
    tokens: 5080,
    avg: 20,
    weighted_by: 'tokens',
    stddev_kind: 'population',
  })
  expect(metrics.e2e_per_token_ms.avg).toBe(22)
  expect(metrics).not.toHaveProperty('itl_ms')
})

test('zeros that were not observed are absent: without streaming, and where requests had no first token', async () => {
  const zero = metric(0, 40, { percentiles: { p50: 0, p99: 0 } })
  const made = benchmark({ type_: 'synchronous' })
  const silent = await one(
    v1({ ...made, metrics: { ...made.metrics, time_to_first_token_ms: zero, inter_token_latency_ms: zero } }),
  )
  expect(silent.metrics).not.toHaveProperty('ttft_ms')
  expect(silent.metrics).not.toHaveProperty('tpot_ms')
  const some = metric(60, 40, { min: 0.0 })
  const partly = await one(v1({ ...made, metrics: { ...made.metrics, time_to_first_token_ms: some } }))
  expect(partly.metrics.ttft_ms).not.toHaveProperty('min')
  expect(codes(partly.document)).toContain('no_first_token')
})

test('all failed is all absent', async () => {
  const made = benchmark({ type_: 'synchronous' })
  const none = Object.fromEntries(
    Object.keys(made.metrics).map((name) => [name, metric(0, 0, { percentiles: { p50: 0 } })]),
  )
  const { document, metrics } = await one(
    v1({
      ...made,
      metrics: { ...none, request_totals: { successful: 0, errored: 50, incomplete: 0, total: 50 } },
    }),
  )
  expect(document.passed).toBe(false)
  expect(metrics).toEqual({
    mode: 'synchronous',
    requests: 50,
    successful_requests: 0,
    failed_requests: 50,
    cancelled_requests: 2,
    error_rate: 1,
    duration_s: 60,
  })
})

test('0.3 without a version, 0.7 with its configuration, and YAML', async () => {
  const { scheduler_metrics, scheduler_state, config, ...rest } = benchmark({})
  const old = {
    benchmarks: [
      {
        ...rest,
        args: { profile: 'sweep', strategy: { type_: 'async', rate: 2 } },
        worker: { backend_model: 'org/old' },
        run_stats: {
          start_time: 1_771_372_871,
          end_time: 1_771_372_901,
          requests_made: { successful: 40, errored: 10, incomplete: 1 },
        },
        start_time: 1_771_372_871,
        end_time: 1_771_372_901,
      },
    ],
  }
  const before = await one(old, { engine: 'vllm' })
  expect(before.document).toMatchObject({
    model: 'org/old',
    config: { options: { mode: 'constant', rate: 2 } },
  })
  expect(before.metrics).toMatchObject({ duration_s: 30, cancelled_requests: 1 })
  const now = {
    metadata: { version: 2, guidellm_version: '0.7.1' },
    config: {
      metadata: { labels: { team: 'a' } },
      spec: { backend: { kind: 'openai_http', model: 'org/new' }, profile: { kind: 'constant' } },
    },
    benchmarks: [
      { ...benchmark({ type_: 'poisson', rate: 3 }), config: { strategy: { type_: 'poisson', rate: 3 } } },
    ],
  }
  const { document } = await one(now, { engine: 'vllm' })
  expect(document).toMatchObject({
    model: 'org/new',
    tags: ['team=a'],
    tool: { version: '0.7.1' },
    config: { options: { mode: 'poisson', rate: 3 } },
  })
  expect((await one(stringify(now), { engine: 'vllm' })).document).toMatchObject({
    model: 'org/new',
    tags: ['team=a'],
  })
})

test('a newer layout, or metrics of other names, are refused and not half read', async () => {
  const made = benchmark({ type_: 'synchronous' })
  const newer = await read({ metadata: { version: 3, guidellm_version: '1.0' }, benchmarks: [made] })
  expect(newer.runs[0]?.refused).toBe('Its layout is version 3; up to 2 is known.')
  const other = await read(v1({ ...made, metrics: { latency: {} } }))
  expect(other.runs[0]?.refused).toMatch(/no "metrics" with "request_latency"/)
})

test('a late client is told of; keys and answers are not kept', async () => {
  const made = benchmark({ type_: 'constant', rate: 9 })
  const late = {
    ...made,
    scheduler_metrics: { ...made.scheduler_metrics, request_targeted_start_delay_avg: 0.5 },
  }
  const { document } = await one(v1(late))
  expect(codes(document)).toContain('client_bound')
  const text = JSON.stringify(document)
  expect(text).not.toContain('abcdefghijklmnop')
  expect(text).not.toContain('private answer')
  expect(document.config.parameters.args.backend_kwargs).toContain('[secret]')
})

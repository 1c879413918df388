import { expect, test } from 'vitest'
import { contentOf } from '../../../app/results/importers/content.ts'
import { codes, one, originalOf, read, refusal } from './_read.ts'

const latency = (avg: number, more: object = {}) => ({
  unit: 'ms',
  avg,
  p1: avg / 4,
  p50: avg,
  p90: avg * 2,
  p99: avg * 3,
  min: avg / 5,
  max: avg * 4,
  std: avg / 10,
  count: 96,
  ...more,
})

const profile = {
  schema_version: '1.3',
  aiperf_version: '0.10.0',
  request_throughput: { unit: 'requests/sec', avg: 2 },
  request_latency: latency(6000),
  request_count: { unit: 'requests', avg: 96 },
  time_to_first_token: latency(200),
  time_to_second_token: latency(20),
  inter_token_latency: latency(12),
  inter_chunk_latency: latency(13, { count: 50_000, min: 0 }),
  output_token_throughput: { unit: 'tokens/sec', avg: 1000 },
  total_token_throughput: { unit: 'tokens/sec', avg: 9000 },
  output_sequence_length: { unit: 'tokens', avg: 500, count: 96, sum: 48_000 },
  input_sequence_length: { unit: 'tokens', avg: 4000, count: 96, sum: 384_000 },
  benchmark_duration: { unit: 'sec', avg: 48 },
  osl_mismatch_count: { unit: 'requests', avg: 90 },
  osl_mismatch_diff_pct: { unit: '%', avg: -73.4 },
  input_config: {
    models: { items: [{ name: 'org/m' }] },
    endpoint: {
      urls: ['http://localhost:8000'],
      streaming: true,
      api_key: 'abc',
      headers: { 'X-Custom': 'private' },
    },
    phases: [
      { name: 'warmup', type: 'concurrency', exclude_from_results: true, concurrency: 99, requests: 16 },
      { name: 'profiling', type: 'concurrency', concurrency: 16, requests: 96 },
    ],
  },
  run_info: {
    cli_command: "aiperf profile --header 'Authorization: Bearer abcdefgh12345678' --api-key mykey",
  },
  was_cancelled: false,
  error_summary: [],
  start_time: '2026-07-03T05:21:36.274997',
  telemetry_data: {
    endpoints: {
      'http://x': {
        gpus: {
          0: { gpu_name: 'NVIDIA H100', hostname: 'gpu-1' },
          1: { gpu_name: 'NVIDIA H100', hostname: 'gpu-1' },
        },
      },
    },
  },
}

test("AIPerf's inter token latency is a TPOT and its chunk latency the gaps; units are those that it names", async () => {
  const { format, document, metrics } = await one(
    { ...profile, time_to_first_token: latency(0.2, { unit: 'sec' }) },
    { engine: 'vllm' },
  )
  expect(format).toBe('aiperf')
  expect(document).toMatchObject({
    model: 'org/m',
    tool: { name: 'aiperf', version: '0.10.0' },
    timestamp: '2026-07-03T05:21:36.274997',
    timestamp_source: 'file_local',
    config: {
      options: {
        mode: 'concurrent',
        concurrency: 16,
        requests: 96,
        input_tokens: 4000,
        output_tokens: 500,
        gpu_count: 2,
      },
    },
    system_info: { hostname: 'gpu-1', gpu: { model: 'NVIDIA H100', count: 2 } },
  })
  expect(metrics).toMatchObject({
    successful_requests: 96,
    failed_requests: 0,
    duration_s: 48,
    output_tps: 1000,
    total_tps: 9000,
    request_rate_rps: 2,
    ttft_ms: { avg: 200, p50: 200 },
    tpot_ms: { avg: 12, stddev: 1.2, count: 96 },
    itl_ms: { avg: 13, count: 50_000 },
    e2e_latency_ms: { avg: 6000 },
    ttst_ms: { avg: 20 },
  })
  expect(codes(document)).toEqual(['short_output'])
})

test('keys of its command line, headers and endpoint are nowhere', async () => {
  const { document } = await one(profile, { engine: 'vllm' })
  const text = JSON.stringify(document) + (await originalOf(document))
  for (const secret of ['abcdefgh12345678', 'mykey', '"abc"', 'private']) expect(text).not.toContain(secret)
  // The names of metrics have "token" in them: their units stay.
  expect(JSON.parse(await originalOf(document)).inter_token_latency).toMatchObject({ unit: 'ms', avg: 12 })
})

test('what failed counts, with its errors; a cancelled measurement has not passed', async () => {
  const { document, metrics } = await one(
    {
      ...profile,
      error_request_count: { unit: 'requests', avg: 4 },
      error_summary: [{ error_details: { code: 500, type: 'Http', message: 'no' }, count: 4 }],
      was_cancelled: true,
    },
    { engine: 'vllm' },
  )
  expect(metrics).toMatchObject({ failed_requests: 4, error_rate: 0.04 })
  expect(document.passed).toBe(false)
  expect(document.results[0].errors).toEqual(['Http: no (4 times)'])
  expect(codes(document)).toContain('interrupted')
})

test('a unit that is no time is told of and left out; a missing metric does not apply', async () => {
  const { time_to_first_token, ...rest } = profile
  const { document, metrics } = await one(
    { ...rest, request_latency: latency(5, { unit: 'furlongs' }) },
    { engine: 'vllm' },
  )
  expect(metrics).not.toHaveProperty('e2e_latency_ms')
  expect(metrics).not.toHaveProperty('ttft_ms')
  expect(codes(document)).toContain('unknown_unit')
})

test('all failed is all absent', async () => {
  const zero = { unit: 'ms', avg: 0, p50: 0, min: 0, max: 0, std: 0, count: 0 }
  const { document, metrics } = await one(
    {
      ...profile,
      request_count: { unit: 'requests', avg: 0 },
      error_request_count: { unit: 'requests', avg: 96 },
      request_latency: zero,
      time_to_first_token: zero,
      inter_token_latency: zero,
      inter_chunk_latency: zero,
    },
    { engine: 'vllm' },
  )
  expect(document.passed).toBe(false)
  expect(metrics).toEqual({
    mode: 'concurrent',
    requests: 96,
    successful_requests: 0,
    failed_requests: 96,
    error_rate: 1,
    duration_s: 48,
  })
})

test('genai-perf has the same shape without a version', async () => {
  const { schema_version, aiperf_version, telemetry_data, ...rest } = profile
  const file = {
    ...rest,
    input_config: { model_names: ['old'], perf_analyzer: { stimulus: { concurrency: 4 } } },
  }
  const { format, document, metrics } = await one(file, { engine: 'trt' })
  expect(format).toBe('genai-perf')
  expect(document).toMatchObject({
    model: 'old',
    config: { options: { mode: 'concurrent', concurrency: 4 } },
  })
  expect(metrics.tpot_ms.avg).toBe(12)
})

const atRate = { request_rate: 5, request_count: 96 }
test.each<[object, object]>([
  [{ loadgen: atRate }, { mode: 'poisson', rate: 5, requests: 96 }],
  [{ loadgen: { ...atRate, arrival_pattern: 'constant' } }, { mode: 'constant', rate: 5 }],
  [{ loadgen: { ...atRate, request_rate_mode: 'constant' } }, { mode: 'constant' }],
  [{ loadgen: { ...atRate, arrival_pattern: 'poisson', concurrency: 8 } }, { max_concurrency: 8 }],
  [
    { loadgen: { ...atRate, arrival_pattern: 'gamma', arrival_smoothness: 0.5 } },
    { mode: 'poisson', burstiness: 0.5 },
  ],
  [{ loadgen: { ...atRate, arrival_smoothness: 2 } }, { mode: 'poisson', burstiness: 2 }],
  [{ phases: [{ type: 'gamma', rate: 5, smoothness: 0.5 }] }, { mode: 'poisson', rate: 5, burstiness: 0.5 }],
  [{ phases: [{ type: 'constant', rate: 5 }] }, { mode: 'constant', rate: 5 }],
  [{ phases: [{ type: 'user_centric', rate: 5 }] }, { mode: 'user_centric', rate: 5 }],
])('requests of AIPerf at a rate, %j, arrive as it says or by its default: %j', async (config, options) => {
  const file = { ...profile, input_config: { models: { items: [{ name: 'm' }] }, ...config } }
  const { document, metrics } = await one(file, { engine: 'vllm' })
  expect(document).toMatchObject({ config: { options } })
  expect(metrics.mode).toBe((options as { mode?: string }).mode ?? 'poisson')
})

test('requests of genai-perf at a rate arrive evenly, as is its default', async () => {
  const { schema_version, aiperf_version, ...rest } = profile
  const input_config = { model_names: ['old'], perf_analyzer: { stimulus: { request_rate: 4 } } }
  const { document } = await one({ ...rest, input_config }, { engine: 'trt' })
  expect(document).toMatchObject({ config: { options: { mode: 'constant', rate: 4 } } })
})

const BEGIN = 1_760_000_000_000_000_000
const line = (metadata: object, metrics: object = {}, error: unknown = null) =>
  JSON.stringify({
    metadata: {
      request_start_ns: BEGIN,
      request_end_ns: BEGIN + 2e9,
      benchmark_phase: 'profiling',
      was_cancelled: false,
      ...metadata,
    },
    metrics,
    error,
  })
const measured = (ttft: number, more: object = {}) => ({
  time_to_first_token: { value: ttft, unit: 'ms' },
  request_latency: { value: 2000, unit: 'ms' },
  inter_token_latency: { value: 10, unit: 'ms' },
  inter_chunk_latency: { value: [9, 11, 10], unit: 'ms' },
  output_sequence_length: { value: 50, unit: 'tokens' },
  input_sequence_length: { value: 100, unit: 'tokens' },
  ...more,
})

test('single requests of AIPerf: only the profiling phase, and no time of a request that was cancelled or failed', async () => {
  const { time_to_first_token, ...old } = measured(0)
  const lines = [
    line({ benchmark_phase: 'warmup' }, measured(9999)),
    line({}, measured(100)),
    // In October 2025 the name was short.
    line(
      { request_start_ns: BEGIN + 1e9, request_end_ns: BEGIN + 4e9 },
      { ...old, ttft: { value: 200, unit: 'ms' } },
    ),
    // Its end is of another clock.
    line(
      { request_ack_ns: null, request_end_ns: 4.4e15, was_cancelled: true },
      {},
      { code: 499, type: 'Cancelled', message: '' },
    ),
    line({ request_start_ns: 1, request_end_ns: 9e18 }, {}, { code: 500, type: 'Http', message: 'boom' }),
  ].join('\n')
  const { format, document, metrics } = await one(lines)
  expect(format).toBe('aiperf-jsonl')
  expect(metrics).toMatchObject({
    requests: 3,
    successful_requests: 2,
    failed_requests: 1,
    cancelled_requests: 1,
    duration_s: 4,
    output_tps: 25,
    total_tps: 75,
    concurrency_mean: 1,
    ttft_ms: { count: 2, avg: 150 },
    tpot_ms: { count: 2, avg: 10 },
    itl_ms: { count: 6, avg: 10, max: 11 },
  })
  expect(document).toMatchObject({ timestamp: '2025-10-09T08:53:20.000Z', timestamp_source: 'file' })
  expect(document.results[0].errors).toEqual(['Http: boom (1 times)'])
  expect(codes(document)).toEqual(['failures', 'cancelled_requests'])
  expect(await refusal(lines.slice(0, -10))).toMatch(/line 5\): it was cut short/)
})

test('its CSV has units in the names, and is marked as rounded', async () => {
  const csv = `Metric,avg,min,max,sum,p1,p50,p99,std
Time to First Token (ms),200.00,100.00,300.00,19200.00,101.00,190.00,290.00,20.00
Inter Token Latency (ms),12.00,9.00,15.00,,9.10,12.00,14.00,1.00
Output Sequence Length (tokens),500.00,1.00,900.00,48000.00,1.00,500.00,900.00,9.00
Input Sequence Length (tokens),"4,000.00",1.00,2.00,384000.00,1,1,1,1

Metric,Value
Request Count (requests),96.00
Benchmark Duration (sec),48.00
Output Token Throughput (tokens/sec),1000.00
`
  const { format, document, metrics } = await one(csv)
  expect(format).toBe('aiperf-csv')
  expect(metrics).toMatchObject({
    successful_requests: 96,
    duration_s: 48,
    output_tps: 1000,
    ttft_ms: { avg: 200, p50: 190, p99: 290 },
    tpot_ms: { avg: 12 },
    reported_output_tps: 1000,
  })
  expect(codes(document)).toEqual(['rounded'])
})

const part = (delta: object, finish_reason: string | null = null) => ({
  response: `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ delta, finish_reason }] })}\n\n`,
})

test('the single requests of genai-perf: a run for each load; what came in one part has no first token', async () => {
  const request = (at: number, ...answers: number[]) => ({
    timestamp: 1e15 + at * 1e6,
    request_inputs: { payload: 'a private prompt' },
    response_outputs: answers.map(() => part({ content: 'a private answer' })),
    response_timestamps: answers.map((ms) => 1e15 + (at + ms) * 1e6),
  })
  const { format, documents } = await read({
    service_kind: 'openai',
    experiments: [
      {
        experiment: { mode: 'concurrency', value: 8 },
        requests: [request(0, 100, 110, 130), request(1000, 200, 210, 230), request(2000)],
      },
      { experiment: { mode: 'request_rate', value: 2.5 }, requests: [request(0, 900)] },
    ],
  })
  expect(format).toBe('genai-perf-raw')
  expect(documents.map(({ config }) => config.options)).toEqual([
    { mode: 'concurrent', concurrency: 8 },
    { rate: 2.5 },
  ])
  const [first, second] = documents.map(({ results }) => results[0].metrics)
  expect(first).toMatchObject({
    ...{ successful_requests: 2, failed_requests: 1 },
    ttft_ms: { count: 2, avg: 150 },
    itl_ms: { count: 4, avg: 15 },
    e2e_latency_ms: { avg: 180 },
  })
  for (const name of ['output_tps', 'tpot_ms']) expect(first).not.toHaveProperty(name)
  expect(second).not.toHaveProperty('ttft_ms')
  expect(JSON.stringify(documents)).not.toContain('private')
})

const timed = (outputs: object[] | undefined, ...answers: number[]) => ({
  ...{ timestamp: 1e15, request_inputs: { payload: 'a private prompt' } },
  ...(outputs ? { response_outputs: outputs } : {}),
  response_timestamps: answers.map((ms) => 1e15 + ms * 1e6),
})
const raw = (requests: object[], service_kind = 'openai') => ({
  service_kind,
  experiments: [{ experiment: { mode: 'concurrency', value: 1 }, requests }],
})

test('only the responses of genai-perf that have a part of the answer count, as for itself', async () => {
  const outputs = [
    part({ role: 'assistant', content: '' }),
    part({ content: 'a "content": [private] }' }),
    { response: `${part({}).response}${part({ content: 'private' }).response}` },
    part({ content: 'c' }),
    part({}, 'stop'),
    { response: 'data: {"choices":[],"usage":{"completion_tokens":3}}\n\n' },
    { response: 'data: [DONE]\n\n' },
  ]
  const file = JSON.stringify(raw([timed(outputs, 5, 100, 110, 120, 121, 122, 123)]))
  const { metrics, document } = await one(file)
  expect(metrics).toMatchObject({
    ...{ ttft_ms: { count: 1, avg: 100 }, itl_ms: { count: 2, avg: 10 }, e2e_latency_ms: { avg: 120 } },
  })
  expect(codes(document)).toEqual([])
  expect(JSON.stringify(document)).not.toContain('private')
  const whole = await contentOf(pieces(file, file.length))
  expect(await contentOf(pieces(file, 7))).toEqual(whole)
  expect(JSON.stringify(whole)).not.toContain('private')
})

async function* pieces(file: string, size: number) {
  for (let at = 0; at < file.length; at += size) yield Buffer.from(file.slice(at, at + size))
}

test('a text of an answer, and one that is longer than what is looked at, are parts of it too', async () => {
  const written = { response: 'data: {"object":"text_completion","choices":[{"text":" a"}]}' }
  const long = part({ content: 'x'.repeat(100_000) })
  const { metrics } = await one(raw([timed([written, long, part({})], 50, 80, 99)]))
  expect(metrics).toMatchObject({ ttft_ms: { avg: 50 }, itl_ms: { count: 1, avg: 30 } })
})

test.each([
  ['no responses', undefined],
  ['fewer responses than times', [part({ content: 'a' })]],
  ['responses of another shape', [{ text: 'a' }, { response: '{"data":[1]}' }, { response: '{' }]],
])('of genai-perf with %s there is neither TTFT nor ITL, and a warning', async (_, outputs) => {
  const { metrics, document } = await one(raw([timed(outputs, 5, 100, 110)]))
  for (const name of ['ttft_ms', 'itl_ms']) expect(metrics).not.toHaveProperty(name)
  expect(metrics.e2e_latency_ms.avg).toBe(110)
  expect(codes(document)).toEqual(['single_requests_not_read'])
})

test('every response of an engine that is asked otherwise counts', async () => {
  const { metrics, document } = await one(raw([timed([{ text_output: 'a' }], 5, 15, 25)], 'triton'))
  expect(metrics).toMatchObject({ ttft_ms: { avg: 5 }, itl_ms: { avg: 10 } })
  expect(codes(document)).toEqual([])
})

import { expect, test } from 'vitest'
import { codes, gzipped, one, originalOf, read, refusal } from './_read.ts'

/** A run as `vllm bench serve --save-result` writes it. */
const serve = {
  date: '20260816-160853',
  backend: 'vllm',
  endpoint_type: 'openai',
  label: null,
  model_id: 'org/m-1b',
  tokenizer_id: 'org/m-1b',
  num_prompts: 100,
  request_rate: 'inf',
  burstiness: 1.0,
  max_concurrency: 8,
  duration: 20,
  completed: 98,
  failed: 2,
  total_input_tokens: 9800,
  total_output_tokens: 4900,
  request_throughput: 4.9,
  request_goodput: null,
  output_throughput: 245,
  total_token_throughput: 735,
  max_output_tokens_per_s: 300.0,
  max_concurrent_requests: 12,
  rtfx: 0.0,
  mean_ttft_ms: 50,
  median_ttft_ms: 45,
  std_ttft_ms: 10,
  p99_ttft_ms: 90,
  'p99.9_ttft_ms': 95,
  mean_tpot_ms: 10,
  median_tpot_ms: 9.5,
  std_tpot_ms: 1,
  p99_tpot_ms: 14,
  mean_itl_ms: 10.5,
  median_itl_ms: 9,
  std_itl_ms: 3,
  p99_itl_ms: 30,
}

test("a run of vllm bench serve has the tool's own numbers, under KITT's names", async () => {
  const { format, document, metrics } = await one(serve, {})
  expect(format).toBe('vllm-serve')
  expect(document).toMatchObject({
    model: 'org/m-1b',
    engine: 'vllm',
    provenance: 'imported',
    tool: { name: 'vllm bench serve', format: 'vllm-serve', percentiles: 'linear' },
    timestamp: '2026-08-16T16:08:53',
    timestamp_source: 'file_local',
    passed: true,
    // A client kind is no proof of the engine that answered.
    asserted: { engine: { value: 'vllm', by: 'tool' } },
    config: {
      options: { mode: 'concurrent', concurrency: 8, requests: 100, input_tokens: 100, output_tokens: 50 },
    },
  })
  expect(metrics).toMatchObject({
    requests: 100,
    successful_requests: 98,
    failed_requests: 2,
    error_rate: 0.02,
    duration_s: 20,
    output_tps: 245,
    total_tps: 735,
    request_rate_rps: 4.9,
    reported_output_tps: 245,
    input_tokens: 9800,
    output_tokens: 4900,
    ttft_ms: { count: 98, avg: 50, p50: 45, p99: 90, p999: 95 },
    tpot_ms: { avg: 10, p50: 9.5, p99: 14 },
    itl_ms: { avg: 10.5, p50: 9, p99: 30 },
  })
  // numpy divides by n: with n known it is KITT's n − 1, otherwise it is marked.
  expect(metrics.ttft_ms.stddev).toBeCloseTo(10 * Math.sqrt(98 / 97), 10)
  expect(metrics.tpot_ms).toMatchObject({ stddev: 1, stddev_kind: 'population' })
  // From buckets of a second, and audio alone: neither is observed here.
  for (const name of ['concurrency_peak', 'rtfx', 'goodput_rps', 'e2e_latency_ms'])
    expect(metrics).not.toHaveProperty(name)
})

test('the load is what was asked for: a rate, one at a time, all at once, a ramp', async () => {
  const load = async (given: object) => (await one({ ...serve, ...given }, {})).document.config.options
  expect(await load({ request_rate: 4, max_concurrency: 16 })).toMatchObject({
    mode: 'poisson',
    rate: 4,
    max_concurrency: 16,
  })
  expect(await load({ max_concurrency: 1 })).toMatchObject({ mode: 'synchronous', concurrency: 1 })
  expect(await load({ max_concurrency: null })).toMatchObject({ mode: 'throughput' })
  expect(await load({ ramp_up_strategy: 'linear', ramp_up_start_rps: 1, ramp_up_end_rps: 9 })).toMatchObject({
    mode: 'ramp',
    rate: 9,
  })
})

test('where every request failed, every rate and latency is absent, and the run has failed', async () => {
  const zeros = Object.fromEntries(
    Object.entries(serve).map(([name, value]) => [name, /_ms$|throughput|^total_/.test(name) ? 0.0 : value]),
  )
  const { document, metrics } = await one({ ...zeros, completed: 0, failed: 100 }, {})
  expect(document.passed).toBe(false)
  expect(metrics).toEqual({
    mode: 'concurrent',
    requests: 100,
    successful_requests: 0,
    failed_requests: 100,
    error_rate: 1,
    duration_s: 20,
  })
})

test('older versions do not count failures: the requests that are missing are failed', async () => {
  const { failed, ...old } = serve
  expect((await one(old, {})).metrics).toMatchObject({ failed_requests: 2, error_rate: 0.02 })
})

/** Three requests of which the last failed, with times that are easy to work out. */
const detailed = {
  ...serve,
  num_prompts: 3,
  completed: 2,
  failed: 1,
  duration: 2,
  total_input_tokens: 20,
  total_output_tokens: 8,
  output_throughput: 4,
  request_throughput: 1,
  total_token_throughput: 14,
  mean_ttft_ms: 150,
  mean_tpot_ms: 15,
  mean_itl_ms: 14,
  input_lens: [10, 10, 10],
  output_lens: [3, 5, 0],
  ttfts: [0.1, 0.2, 0.0],
  itls: [[0.01, 0.03], [0.01, 0.01, 0.01, 0.01], []],
  generated_texts: ['a secret answer', 'another', ''],
  errors: ['', '', 'Connection refused'],
  start_times: [0, 0.1, 0.2],
}

test('with single requests every distribution is worked out, without the failed ones', async () => {
  const { document, metrics } = await one(detailed, {})
  expect(metrics.ttft_ms).toMatchObject({ count: 2, min: 100, max: 200 })
  expect(metrics.ttft_ms.p50).toBeCloseTo(150, 9)
  expect(metrics.tpot_ms.count).toBe(2)
  expect(metrics.tpot_ms.avg).toBeCloseTo(15, 9)
  expect(metrics.itl_ms).toMatchObject({ count: 6, max: 30 })
  expect(metrics.itl_ms.avg).toBeCloseTo(80 / 6, 9)
  // The first token and the gaps after it.
  expect(metrics.e2e_latency_ms.avg).toBeCloseTo((140 + 240) / 2, 9)
  expect(metrics.concurrency_mean).toBeCloseTo(0.38 / 2, 9)
  expect(document.results[0].errors).toEqual(['Connection refused'])
  expect(codes(document)).toContain('failures')
})

test('single requests that disagree with the summary are told of', async () => {
  const { document } = await one({ ...detailed, mean_ttft_ms: 15 }, {})
  expect(document.warnings).toContainEqual({
    code: 'recomputed_disagrees',
    message: 'The mean of ttft_ms is 150 over the single requests, and 15 according to the tool.',
  })
  expect(document.results[0].metrics.ttft_ms.avg).toBeCloseTo(150, 9)
})

test('answers are not kept, the rest of the file is', async () => {
  const { document } = await one(detailed, {})
  const original = await originalOf(document)
  expect(original).not.toContain('secret answer')
  expect(JSON.stringify(document)).not.toContain('secret answer')
  expect(JSON.parse(original)).toMatchObject({
    model_id: 'org/m-1b',
    ttfts: [0.1, 0.2, 0],
    max_concurrent_requests: 12,
  })
})

test('seconds without a suffix are milliseconds here', async () => {
  const seconds = Object.fromEntries(
    Object.entries(serve).map(([name, value]) =>
      name.endsWith('_ms') ? [name.slice(0, -3), (value as number) / 1000] : [name, value],
    ),
  )
  const { metrics } = await one(seconds, {})
  expect(metrics.ttft_ms.avg).toBeCloseTo(50, 9)
  expect(metrics.tpot_ms.p99).toBeCloseTo(14, 9)
})

test('objects one after another are runs, and the summary of a sweep keeps its parameters', async () => {
  const appended = `${JSON.stringify(serve, null, 2)}\n${JSON.stringify({ ...serve, duration: 25 })}\n`
  const two = await read(appended, {})
  expect(two.documents.map((one) => one.results[0].metrics.duration_s)).toEqual([20, 25])
  const sweep = await read(
    [
      { ...serve, run_number: 0, max_num_seqs: 64 },
      { ...serve, run_number: 1, max_num_seqs: 64, duration: 21 },
    ],
    {},
  )
  expect(
    sweep.documents.map((one) => [one.results[0].run_number, one.config.parameters.max_num_seqs]),
  ).toEqual([
    [1, 64],
    [2, 64],
  ])
})

test('what a caller added is kept: version, tensor parallelism', async () => {
  const { document } = await one({ ...serve, vllm_version: '0.11.0', tp: '2' }, {})
  expect(document).toMatchObject({ engine_version: '0.11.0', config: { parameters: { tp: '2' } } })
})

test('embeddings have no output tokens', async () => {
  const { output_throughput, total_output_tokens, ...rest } = serve
  const pooling = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !/_(ttft|tpot|itl)_ms$/.test(name)),
  )
  const { document, metrics } = await one(
    { ...pooling, mean_e2el_ms: 12, median_e2el_ms: 11, std_e2el_ms: 1, p99_e2el_ms: 20 },
    {},
  )
  expect(document.results[0].test_name).toBe('pooling')
  expect(metrics).toMatchObject({ e2e_latency_ms: { avg: 12, p50: 11, p99: 20 }, input_tps: 735 })
  expect(metrics).not.toHaveProperty('output_tps')
})

test('the same content is the same run, whatever its layout, compression or the facts that are told', async () => {
  const { digest } = await one(serve, {})
  const other = Object.fromEntries(Object.entries(serve).reverse())
  expect((await one(JSON.stringify(other, null, 4), { gpu_model: 'H100' })).digest).toBe(digest)
  expect((await one(gzipped(serve), {})).digest).toBe(digest)
  expect((await one({ ...serve, duration: 20.001 }, {})).digest).not.toBe(digest)
})

test('a file that is cut short anywhere is refused, with the line', async () => {
  const text = `${JSON.stringify(serve)}\n${JSON.stringify(serve)}`
  for (const length of [text.length - 1, text.length - 40, JSON.stringify(serve).length + 10])
    expect(await refusal(text.slice(0, length), {})).toMatch(
      /ends in the middle of a value \(line 2\): it was cut short/,
    )
  expect(await refusal(gzipped(serve).slice(0, 200), {})).toMatch(/gzip file is damaged or cut short/)
})

test('an object of another kind among the runs is refused, the others are not', async () => {
  const { runs } = await read(`${JSON.stringify(serve)}\n{"model_id":"x"}`, {})
  expect(runs.map(({ refused }) => refused)).toEqual([
    undefined,
    expect.stringMatching(/not an object of vllm/),
  ])
})

test('vllm bench throughput: prompts and answers together are the total, never the output', async () => {
  const file = {
    elapsed_time: 10,
    num_requests: 100,
    total_num_tokens: 50_000,
    requests_per_second: 10,
    tokens_per_second: 5000,
  }
  expect((await one(file, {})).run).toMatchObject({
    refused: 'The file does not say the model. Give model=….',
    missing: ['model', 'engine_version', 'gpu_model', 'gpu_count', 'host', 'timestamp'],
  })
  const { document, metrics } = await one(file, { model: 'm' })
  expect(document).toMatchObject({
    model: 'm',
    engine: 'vllm',
    asserted: { model: { value: 'm', by: 'admin' }, engine: { value: 'vllm', by: 'tool' } },
    timestamp_source: 'received',
  })
  expect(metrics).toMatchObject({
    total_tps: 5000,
    request_rate_rps: 10,
    total_tokens: 50_000,
    duration_s: 10,
  })
  expect(metrics).not.toHaveProperty('output_tps')
})

test('vllm bench latency: the latency of whole batches, from the single ones', async () => {
  const file = { avg_latency: 2, latencies: [1, 2, 3], percentiles: { 10: 1.2, 50: 2, 99: 2.98 } }
  const { document, metrics } = await one(file)
  expect(document.results[0].test_name).toBe('batch_latency')
  expect(metrics.batch_latency_ms).toMatchObject({
    count: 3,
    avg: 2000,
    p50: 2000,
    min: 1000,
    max: 3000,
    stddev: 1000,
  })
  const { run } = await one({ avg_latency: 0, latencies: [], percentiles: { '50': 0 } }, { model: 'm' })
  expect(run.refused).toMatch(/holds none of the rates, times and scores/)
})

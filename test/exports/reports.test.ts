import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { settled } from '../_clock.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { exportOf, measured, textOf, WINDOW } from './_exports.ts'
import { REPORT } from './_llm-d-schema.ts'

const ajv = new Ajv({
  allErrors: true,
  strict: false,
  formats: { 'date-time': (text: string) => !Number.isNaN(Date.parse(text)) },
})
const isReport = ajv.compile(REPORT)

const store = async ({ call }: TestApp, document: object) =>
  (await call('POST', '/api/v1/results/import', document)).body.id as string

async function reportsOf(app: TestApp, query = '') {
  const text = await textOf(app, `format=llm-d&${query}`)
  const reports = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  for (const report of reports) {
    isReport(report)
    expect(isReport.errors ?? [], JSON.stringify(report)).toEqual([])
  }
  return reports
}

test('the llm-d report is valid and has the stack, the load and every number with its unit', async () => {
  const app = await createTestApp()
  const id = await store(app, measured({ tags: ['night'] }))
  const [report, ...others] = await reportsOf(app)
  expect(others).toEqual([])
  expect(report).toMatchObject({
    version: '0.2',
    run: {
      ...{ uid: `${id}-throughput-1`, eid: id, keywords: ['night'] },
      time: { start: '2026-01-02T03:04:05.000Z', end: '2026-01-02T03:04:09.000Z', duration: 'PT4S' },
    },
    scenario: {
      stack: [
        {
          standardized: {
            ...{ kind: 'inference_engine', tool: 'vllm', tool_version: 'docker.io/vllm/vllm-openai:v0.11.0' },
            model: { name: 'Qwen/Qwen2.5-7B' },
            accelerator: { model: 'NVIDIA H100', count: 2, parallelism: { tp: 2, pp: 1, dp: 1 } },
          },
          native: { args: { 'max-model-len': '4096' }, envars: { VLLM_ATTENTION_BACKEND: 'FLASH_ATTN' } },
        },
      ],
      load: {
        standardized: {
          ...{ tool: 'kitt', tool_version: '2.0.0', source: 'random', concurrency: 4 },
          input_seq_len: { distribution: 'fixed', value: 64 },
          output_seq_len: { distribution: 'fixed', value: 32 },
        },
      },
    },
  })
  expect(report.scenario.load.standardized).not.toHaveProperty('rate_qps')
  expect(report.results.request_performance.aggregate).toEqual({
    requests: {
      ...{ total: 9, failures: 1 },
      ...{ input_length: { units: 'count', mean: 64 }, output_length: { units: 'count', mean: 32 } },
    },
    throughput: {
      input_token_rate: { units: 'tokens/s', mean: 128 },
      output_token_rate: { units: 'tokens/s', mean: 64 },
      total_token_rate: { units: 'tokens/s', mean: 192 },
      request_rate: { units: 'queries/s', mean: 2 },
    },
    latency: {
      time_to_first_token: {
        ...{ units: 'ms', mean: 30, stddev: 3, min: 15, max: 60, p50: 30, p90: 45, p95: 51, p99: 57 },
      },
      time_per_output_token: expect.objectContaining({ units: 'ms/token', mean: 8 }),
      inter_token_latency: expect.objectContaining({ units: 'ms/token', mean: 8.5 }),
      request_latency: expect.objectContaining({ units: 'ms', mean: 280 }),
    },
  })
})

test('the llm-d report has the 99.9th percentile of a result that has one', async () => {
  const app = await createTestApp()
  const document = measured()
  Object.assign(document.results[0]!.metrics, { ttft_ms: { ...WINDOW.ttft_ms, p999: 59 } })
  await store(app, document)
  const [report] = await reportsOf(app)
  expect(report.results.request_performance.aggregate.latency.time_to_first_token).toMatchObject({
    ...{ p99: 57, p99p9: 59 },
  })
})

test('a report is read back as the same numbers; what it had to call unknown stays unknown', async () => {
  const app = await createTestApp()
  const id = await store(app, measured({ engine_version: null, environment: null, system_info: null }))
  const text = await textOf(app, `format=llm-d&ids=${id}`)
  const { body, status } = await app.call('POST', '/api/v1/results/import', text)
  expect(status, JSON.stringify(body)).toBe(201)
  expect(body.missing ?? body.runs[0].missing).toEqual(
    expect.arrayContaining(['engine_version', 'gpu_model']),
  )
  const [{ result_id }] = body.runs
  const read = (await app.call('GET', `/api/v1/results/${result_id}`)).body
  expect(read).toMatchObject({
    model: 'Qwen/Qwen2.5-7B',
    engine: 'vllm',
    timestamp: '2026-01-02T03:04:05.000Z',
  })
  expect(read).not.toHaveProperty('engine_version')
  expect(read.system_info?.gpu).toBeUndefined()
  const { metrics } = read.results[0]
  for (const name of [
    'output_tps',
    'total_tps',
    'request_rate_rps',
    'requests',
    'failed_requests',
    'duration_s',
    'output_tokens',
  ] as const)
    expect(metrics[name], name).toBe(WINDOW[name])
  expect(metrics.ttft_ms).toMatchObject({ avg: 30, p50: 30, p99: 57, stddev: 3 })
})

test('a sweep is a report for each of its points; warm-up, and windows in which nothing was measured, are none', async () => {
  const app = await createTestApp()
  const point = (more: object) => ({ ...WINDOW, ...more })
  const curve = [
    point({ mode: 'synchronous', rate_rps: null }),
    point({ mode: 'constant', rate_rps: 1.5 }),
    point({ mode: 'throughput', rate_rps: null }),
  ]
  const options = {
    mode: 'sweep',
    max_concurrency: 64,
    input_tokens: 64,
    output_tokens: 32,
    prompts: ['a', 'b'],
  }
  const all = [
    'requests',
    'output_tps',
    'total_tps',
    'request_rate_rps',
    'ttft_ms',
    'tpot_ms',
    'itl_ms',
    'e2e_latency_ms',
    'input_tokens',
    'duration_s',
  ]
  await store(
    app,
    measured({
      config: { options },
      results: [
        { test_name: 'warmup_analysis', metrics: WINDOW },
        { test_name: 'load', run_number: 2, metrics: { mode: 'sweep', max_output_tps: 9, curve } },
        { test_name: 'throughput', metrics: Object.fromEntries(all.map((name) => [name, null])) },
        { test_name: 'accuracy', metrics: { accuracy: 0.5 } },
      ],
    }),
  )
  const reports = await reportsOf(app)
  expect(reports.map(({ scenario }) => scenario.load.standardized)).toMatchObject([
    { stage: 0, concurrency: 1, source: 'sampled' },
    { stage: 1, rate_qps: 1.5 },
    { stage: 2, concurrency: 64 },
  ])
  expect(reports[0].scenario.load.standardized.input_seq_len).toEqual({ distribution: 'other', value: 64 })
  expect(reports[0].scenario.load.native.config.prompts).toEqual({ count: 2 })
  expect(new Set(reports.map(({ run }) => run.uid)).size).toBe(3)
})

const ODD: object[] = [
  { model: 'm', engine: 'e', results: [{ test_name: 't', metrics: WINDOW }] },
  {
    model: 'm',
    engine: 'e',
    results: [{ metrics: { ...WINDOW, requests: 1.5, ttft_ms: { avg: null, p50: 3 }, duration_s: 0 } }],
  },
  {
    model: 'm',
    engine: 'e',
    timestamp: 'soon',
    results: [{ test_name: 't', timestamp: 'never', metrics: { output_tps: 1 } }],
  },
  {
    model: 'm',
    engine: 'e',
    config: { options: { input_tokens: -1, output_tokens: -5, concurrency: 0, rate: 0, mode: 'constant' } },
    results: [{ metrics: WINDOW }],
  },
  {
    model: 'm',
    engine: 'e',
    environment: { command: 'a line', env: 'no list' },
    system_info: { gpu: { model: 'G', count: -1.5 } },
    tags: [1, {}],
    results: [{ metrics: { curve: [1, {}, WINDOW] } }],
  },
]
test('documents of odd shapes give valid reports or none', async () => {
  const app = await createTestApp()
  for (const document of ODD) await store(app, document)
  const reports = await reportsOf(app)
  expect(reports.length).toBeGreaterThan(2)
  // The first does not say how it was asked.
  expect(reports[0].scenario.load.standardized).not.toHaveProperty('concurrency')
})

const isBencher = ajv.compile({
  type: 'object',
  additionalProperties: {
    type: 'object',
    propertyNames: { minLength: 1, maxLength: 64 },
    additionalProperties: {
      type: 'object',
      additionalProperties: false,
      properties: {
        value: { type: 'number' },
        lower_value: { type: 'number' },
        upper_value: { type: 'number' },
      },
      required: ['value'],
    },
  },
  propertyNames: { minLength: 1, maxLength: 1024 },
})
const isGithub = ajv.compile({
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    properties: {
      name: { type: 'string', minLength: 1 },
      unit: { type: 'string' },
      value: { type: 'number' },
      range: { type: 'string' },
      extra: { type: 'string' },
    },
    required: ['name', 'unit', 'value'],
  },
})

test('Bencher and github-action-benchmark get a setup as a benchmark, with the spread of its runs; runs that are left out are not in them', async () => {
  const app = await createTestApp()
  await store(app, measured())
  await store(
    app,
    measured(
      { timestamp: '2026-01-03T00:00:00Z' },
      { output_tps: 80, very_long_name_that_no_list_of_measures_can_hold_because_it_is_so_long_ms: 1 },
    ),
  )
  await store(app, measured({ timestamp: '2026-01-04T00:00:00Z' }, { output_tps: 1, error_rate: 0.5 }))
  await store(app, {
    ...{ model: 'quality', engine: 'lm-eval' },
    results: [
      { test_name: 'mmlu', passed: true, metrics: { [`${'long_'.repeat(20)}accuracy`]: 0.7, perplexity: 5 } },
    ],
  })
  const bencher = JSON.parse(await textOf(app, 'format=bencher'))
  expect(isBencher(bencher), JSON.stringify(isBencher.errors)).toBe(true)
  const speed = Object.keys(bencher).find((name) => name.includes('Qwen')) ?? ''
  expect(speed).toContain('throughput: 4 in flight, 64 → 32 tokens')
  expect(bencher[speed]['output_tps']).toEqual({ value: 72, lower_value: 64, upper_value: 80 })
  const [quality = ''] = Object.keys(bencher).filter((name) => name !== speed)
  expect(Object.keys(bencher[quality]).sort()).toEqual([
    expect.stringMatching(/^(long_)+.*-[0-9a-f]{8}$/),
    'perplexity',
  ])

  const smaller = JSON.parse(await textOf(app, 'format=github-smaller'))
  const bigger = JSON.parse(await textOf(app, 'format=github-bigger'))
  for (const file of [smaller, bigger]) expect(isGithub(file), JSON.stringify(isGithub.errors)).toBe(true)
  const names = (file: { name: string }[]) => file.map(({ name }) => name.split(': ').at(-1))
  expect(names(smaller)).toEqual(expect.arrayContaining(['ttft_ms.p99', 'error_rate', 'perplexity']))
  expect(names(smaller)).not.toContain('output_tps')
  expect(bigger[0]).toMatchObject({
    unit: 'tok/s',
    value: 72,
    range: '64 to 80',
    extra: expect.stringContaining('2 runs'),
  })
  const [one] = JSON.parse(await textOf(app, 'format=github-bigger&until=2026-01-02T12:00:00Z'))
  expect(one).not.toHaveProperty('range')
})

test('a report for CI says how many results are left out and why, also where none remains', async () => {
  const app = await createTestApp()
  const warned = (code: string, second: number) =>
    measured({ timestamp: `2026-01-02T03:04:0${second}Z`, warnings: [{ code, message: 'm' }] })
  await store(app, measured())
  const cached = await store(app, warned('prefix_cache', 6))
  await store(app, measured({ timestamp: '2026-01-03T00:00:00Z', passed: false, results: [failedRun()] }))
  await store(app, measured({ timestamp: '2026-01-04T00:00:00Z', passed: false, results: [failedRun()] }))
  await store(app, { model: 'm', engine: 'e' })
  const headersOf = async (query: string) => {
    const { headers } = await exportOf(app, query)
    return [headers.get('Kitt-Results'), headers.get('Kitt-Left-Out')]
  }
  for (const format of ['bencher', 'github-smaller', 'github-bigger'])
    expect(await headersOf(`format=${format}`), format).toEqual(['1', '2 failed, 1 prefix_cache, 1 no_setup'])
  expect(await headersOf(`format=bencher&ids=${cached}`)).toEqual(['0', '1 prefix_cache'])
  expect(await headersOf('format=csv')).toEqual(['5', null])
})

const failedRun = () => ({ test_name: 'throughput', passed: false, metrics: WINDOW, errors: ['no'] })

test('a report for CI follows the statistics: a doubt that all runs of a setup have leaves none out', async () => {
  const app = await createTestApp()
  for (const second of [1, 2])
    await store(
      app,
      measured({
        timestamp: `2026-01-02T03:04:0${second}Z`,
        warnings: [{ code: 'prefix_cache', message: 'm' }],
      }),
    )
  await settled()
  const { headers } = await exportOf(app, 'format=bencher')
  expect([headers.get('Kitt-Results'), headers.get('Kitt-Left-Out')]).toEqual(['2', null])
})

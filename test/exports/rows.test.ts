import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../_setup.ts'
import { reporter } from '../results/_reports.ts'
import { seededApp } from '../results/_seeded.ts'
import { csvObjects, csvRows, exportOf, measured, parquetOf, textOf } from './_exports.ts'

const store = async ({ call }: TestApp, document: object) =>
  (await call('POST', '/api/v1/results/import', document)).body.id as string

test('a row a result has what was searched, its setup, its environment and every metric, in CSV and in Parquet', async () => {
  const app = await createTestApp()
  const id = await store(app, measured({ tags: ['night', 'a; "b"'] }))
  const [row = {}] = csvObjects(await textOf(app, 'format=csv'))
  expect(row).toMatchObject({
    id,
    timestamp: '2026-01-02T03:04:05.000Z',
    model: 'Qwen/Qwen2.5-7B',
    engine_version: '0.11.0',
    passed: 'true',
    simulated: 'false',
    gpu_count: '2',
    agent_id: '',
    host: 'gpu-17.lab.example',
    provenance: 'measured',
    tool: 'kitt',
    tags: 'night; a; "b"',
    setup: expect.stringContaining('2 × NVIDIA H100'),
    benchmark: 'throughput',
    load: '4 in flight, 64 → 32 tokens',
    left_out: '',
    'env.image_digest': 'sha256:abc',
    'env.driver': '570.1',
    'env.rocm': '',
    kitt_version: '2.0.0',
    output_tps: '64',
    'ttft_ms.p99': '57',
  })
  expect(row['setup_id']).toMatch(/^[0-9a-f]{16}$/)
  expect(row['environment_id']).toMatch(/^[0-9a-f]{16}$/)

  const { rows, metadata } = await parquetOf(app, '')
  expect(rows).toHaveLength(1)
  const [stored = {}] = rows
  expect(Object.keys(stored)).toEqual(Object.keys(row))
  expect(stored).toMatchObject({
    timestamp: new Date('2026-01-02T03:04:05Z'),
    passed: true,
    gpu_count: 2,
    output_tps: 64,
    setup_id: row['setup_id'],
  })
  expect(stored['agent_id'] ?? null).toBe(null)
  const types = Object.fromEntries(metadata.schema.slice(1).map(({ name, type }) => [name, type]))
  expect(types).toMatchObject({
    id: 'BYTE_ARRAY',
    timestamp: 'INT64',
    passed: 'BOOLEAN',
    'ttft_ms.p99': 'DOUBLE',
  })
})

test('the setup of a result does not depend on whether the index of setups has it yet', async () => {
  const app = await createTestApp()
  await store(app, measured())
  const names = ['setup_id', 'setup', 'benchmark', 'load', 'environment_id', 'env.kernel']
  const before = csvObjects(await textOf(app, 'format=csv'))
  await expect
    .poll(async () => {
      await app.clock.advance(1000)
      return (await app.call('GET', '/api/v1/setups')).body.total
    })
    .toBe(1)
  const after = csvObjects(await textOf(app, 'format=csv'))
  for (const name of names) {
    expect(before[0]?.[name], name).toBeTruthy()
    expect(after[0]?.[name], name).toBe(before[0]?.[name])
  }
})

test('a row a request has what the result keeps of it, in CSV, JSON Lines, JSON and Parquet; a result without requests has none', async () => {
  const app = await createTestApp()
  const id = await store(app, measured())
  await store(app, {
    model: 'm',
    engine: 'e',
    results: [{ test_name: 't', metrics: { tps: 1 }, outputs: ['text', 1] }],
  })
  const lines = (await textOf(app, 'format=jsonl&requests=true'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toEqual([
    {
      ...{ result_id: id, timestamp: '2026-01-02T03:04:05.000Z', model: 'Qwen/Qwen2.5-7B', engine: 'vllm' },
      ...{
        benchmark: 'throughput',
        run_number: 1,
        index: 0,
        warmup: false,
        at_ms: 0,
        ttft_ms: 31.5,
        tpot_ms: 8.25,
      },
      ...{
        e2e_latency_ms: 287.25,
        input_tokens: 64,
        output_tokens: 32,
        reconnects: 0,
        finish_reason: 'length',
      },
      ...{ delivery: 'streamed', server_prompt_ms: 20.5, server_output_ms: 250 },
    },
    expect.objectContaining({
      index: 1,
      error: 'http_500',
      error_message: 'The engine answered 500: "a, b"\n=1+1',
    }),
  ])
  // What was not observed is absent.
  expect(lines[1]).not.toHaveProperty('ttft_ms')
  expect(JSON.parse(await textOf(app, 'format=json&requests=true'))).toEqual(lines)
  const cells = csvObjects(await textOf(app, 'format=csv&requests=true'))
  expect(cells.map(({ ttft_ms, error_message }) => [ttft_ms, error_message])).toEqual([
    ['31.5', ''],
    ['', 'The engine answered 500: "a, b" =1+1'],
  ])
  const { rows } = await parquetOf(app, 'requests=true')
  expect(rows).toMatchObject([{ ttft_ms: 31.5 }, { error: 'http_500', output_tokens: 0 }])
  expect(rows[1]?.['ttft_ms'] ?? null).toBe(null)
})

const FILTERS = [
  'model=lab/model-03',
  'engine=engine-1&passed=true',
  'agent_id=agent-4',
  'campaign_id=campaign-2',
  'suite_name=quick&simulated=false',
  'since=2026-01-14T22:00:00Z&until=2026-01-14T23:00:00Z',
  'q=model-0',
  'q=%25',
  'q=nothing',
  '',
]
test('it takes the filters of the list and has the same results, oldest first, each once', async () => {
  const app = await seededApp({ results: 620, models: 30 }, [
    'UPDATE runs SET timestamp = timestamp / 600000 * 600000',
  ])
  for (const filter of FILTERS) {
    const listed: string[] = []
    for (let page = 1, pages = 1; page <= pages; page++) {
      const { body } = await app.call(
        'GET',
        `/api/v1/results?sort=timestamp&per_page=100&page=${page}&${filter}`,
      )
      pages = body.pages
      listed.push(...body.items.map(({ id }: { id: string }) => id))
    }
    const { headers, bytes } = await exportOf(app, `format=csv&metric=output_tps&${filter}`)
    const ids = csvRows(new TextDecoder().decode(bytes))
      .slice(1)
      .map(([id]) => id)
    expect(ids, filter).toEqual(listed)
    expect(headers.get('Kitt-Results'), filter).toBe(String(listed.length))
    expect(
      (await parquetOf(app, filter)).rows.map(({ id }) => id),
      filter,
    ).toEqual(listed)
  }
})

test('it takes ids, leaves out those that are gone, and says how to ask for what no format has', async () => {
  const app = await createTestApp()
  const [a, b] = [await store(app, measured()), await store(app, measured({ model: 'other' }))]
  const ids = csvRows(await textOf(app, `format=csv&ids=${b},gone,${b}`))
    .slice(1)
    .map(([id]) => id)
  expect(ids).toEqual([b])
  expect(ids).not.toContain(a)
  const wrong = async (query: string) => {
    const { status, body } = await app.call('GET', `/api/v1/results/export?${query}`)
    return `${status} ${body.error}`
  }
  expect(await wrong('format=xml')).toMatch(/^400 format: /)
  expect(await wrong('format=llm-d&requests=true')).toBe(
    '400 requests: needs the format json, jsonl, csv or parquet',
  )
  expect(await wrong('format=csv&outputs=true')).toBe('400 outputs: needs the format json or jsonl')
  expect(await wrong('ids=,')).toMatch(/^400 ids/)
})

test('metrics that are called like a column, differ in case, or are odd text keep a column of their own', async () => {
  const app = await createTestApp()
  const { report } = await reporter(app)
  const names = [
    'id',
    'metric.id',
    'ID',
    'a,"b"',
    '__proto__',
    'constructor',
    '模型',
    'x'.repeat(200),
    ' sp ',
  ]
  await report({
    model: 'm',
    engine: 'e',
    results: [
      {
        test_name: 't',
        metrics: JSON.parse(`{${names.map((name, i) => `${JSON.stringify(name)}:${i + 0.5}`).join()}}`),
      },
    ],
  })
  const shown = names.map((name) => (name === 'id' ? 'metric.metric.id' : name))
  const [header = [], cells = []] = csvRows(await textOf(app, 'format=csv'))
  expect(new Set(header).size).toBe(header.length)
  expect(shown.map((name) => cells[header.indexOf(name)])).toEqual(names.map((_, i) => String(i + 0.5)))
  const { rows, metadata } = await parquetOf(app, '')
  const columns = metadata.schema.slice(1).map(({ name }) => name)
  expect(columns).toEqual(header)
  // The reader gives plain objects, in which this is no name.
  for (const [i, name] of shown.entries())
    if (name !== '__proto__') expect(rows[0]?.[name], name).toBe(i + 0.5)
})

test('numbers beyond what a result can hold, and 5,000 metrics, are rows that readers take', async () => {
  const app = await createTestApp()
  const { report, reportText, agent_id } = await reporter(app)
  const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`m${i}`, i]))
  await report({ model: 'many', engine: 'e', results: [{ test_name: 't', metrics: many }] })
  await report({
    model: 'few',
    engine: 'e',
    results: [{ test_name: 't', metrics: { m7: -1e-7, tps: 1e300 } }],
  })
  await reportText(
    '{"model":"big","engine":"e","results":[{"test_name":"t","metrics":{"m7":12345678901234567890,"n":1e400}}]}',
  )
  await app.call('DELETE', `/api/v1/agents/${agent_id}`)
  const { rows } = await parquetOf(app, '')
  const of = (model: string) => rows.find((row) => row['model'] === model) ?? {}
  expect(rows).toHaveLength(3)
  expect(rows.every((row) => row['agent_id'] === agent_id)).toBe(true)
  expect(of('few')).toMatchObject({ m7: -1e-7 })
  expect(of('big')).toMatchObject({ m7: Number('12345678901234567890') })
  const columns = Object.keys(of('many')).filter((name) => /^(m\d+|n|tps)$/.test(name))
  expect(columns).toHaveLength(2000)
  const others = JSON.parse(String(of('many')['other_metrics']))
  expect(columns.length + Object.keys(others).length).toBeGreaterThanOrEqual(3000)
  // A metric that more results have than others keeps its column.
  expect(columns).toContain('m7')
})

test('no result is a file without rows', async () => {
  const app = await createTestApp()
  expect((await parquetOf(app, '')).rows).toEqual([])
  expect(csvRows(await textOf(app, 'format=csv'))).toHaveLength(1)
  expect(await textOf(app, 'format=json')).toBe('[]\n')
  expect(await textOf(app, 'format=jsonl')).toBe('')
  expect(await textOf(app, 'format=llm-d')).toBe('')
  expect(JSON.parse(await textOf(app, 'format=bencher'))).toEqual({})
  expect(JSON.parse(await textOf(app, 'format=github-bigger'))).toEqual([])
})

import { gzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { ADMIN_TOKEN, createTestApp, type TestApp } from '../_setup.ts'

const llamaTest = (n_gen: number, more: object = {}) => ({
  build_commit: 'abc',
  build_number: 7,
  gpu_info: 'RTX 4080',
  model_filename: 'm.gguf',
  n_prompt: n_gen === 0 ? 512 : 0,
  n_gen,
  test_time: '2026-01-02T03:04:05Z',
  avg_ts: 100 + n_gen,
  stddev_ts: 1,
  ...more,
})

/** Sends bytes or a text as a file of any type. */
async function send(
  { fetch }: TestApp,
  query: Record<string, string>,
  body: string | Uint8Array<ArrayBuffer>,
  type?: string,
) {
  const answer = await fetch(`http://test/api/v1/results/import?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, ...(type ? { 'Content-Type': type } : {}) },
    body,
  })
  // biome-ignore lint/suspicious/noExplicitAny: answers of several shapes
  return { status: answer.status, body: (await answer.json()) as any }
}

test('a file of another tool is taken as it is, whatever its type, and its runs are stored once', async () => {
  const app = await createTestApp()
  const file = JSON.stringify([llamaTest(0), llamaTest(128)])
  const first = await send(app, { tag: 'nightly', file: 'out/llama.json' }, file, 'application/x-anything')
  expect(first).toMatchObject({
    status: 201,
    body: {
      format: 'llama-bench',
      tool: 'llama-bench',
      version: 'b7',
      dry_run: false,
      runs: [
        {
          state: 'stored',
          reason: null,
          model: 'm.gguf',
          engine: 'llama_cpp',
          benchmarks: ['llama_bench_pp'],
          metrics: { prefill_tps: 100 },
        },
        {
          state: 'stored',
          timestamp: '2026-01-02T03:04:05Z',
          timestamp_source: 'file',
          metrics: { output_tps: 228 },
        },
      ],
      missing: ['host'],
      warnings: [],
    },
  })
  const again = await send(
    app,
    {},
    gzipSync(JSON.stringify([llamaTest(0), llamaTest(128)], null, 3)),
    'application/gzip',
  )
  expect(again.status).toBe(200)
  expect(
    again.body.runs.map((run: { state: string; result_id: string }) => [run.state, run.result_id]),
  ).toEqual(first.body.runs.map(({ result_id }: { result_id: string }) => ['known', result_id]))
  const { body } = await app.call('GET', '/api/v1/results')
  expect(body.total).toBe(2)
  expect(body.items[0]).toMatchObject({
    agent_id: null,
    simulated: false,
    provenance: 'imported',
    tool: { name: 'llama-bench', version: 'b7', file: 'llama.json' },
    tags: ['nightly'],
    asserted: {},
  })
  // What the tool wrote is kept, and not in lists.
  expect(body.items[0]).not.toHaveProperty('original')
  const whole = await app.call('GET', `/api/v1/results/${first.body.runs[0].result_id}`)
  expect(whole.body.original).toMatchObject({ encoding: 'gzip+base64', data: expect.any(String) })
})

test('two at once are one run', async () => {
  const app = await createTestApp()
  const file = JSON.stringify([llamaTest(0)])
  const both = await Promise.all([send(app, {}, file), send(app, {}, file)])
  expect(both.map(({ body }) => body.runs[0].state).sort()).toEqual(['known', 'stored'])
  expect((await app.call('GET', '/api/v1/results')).body.total).toBe(1)
})

const throughput = JSON.stringify({
  elapsed_time: 10,
  num_requests: 5,
  total_num_tokens: 1000,
  requests_per_second: 0.5,
  tokens_per_second: 100,
})

test('what a file does not say is asked for, marked by who told it, and never passes for measured', async () => {
  const app = await createTestApp()
  const refused = await send(app, {}, throughput)
  expect(refused).toMatchObject({
    status: 200,
    body: {
      runs: [
        {
          state: 'refused',
          result_id: null,
          reason: 'The file does not say the model. Give model=….',
          engine: 'vllm',
        },
      ],
      missing: ['model', 'engine_version', 'gpu_model', 'gpu_count', 'host', 'timestamp'],
    },
  })
  expect((await app.call('GET', '/api/v1/results')).body.total).toBe(0)
  const facts = {
    model: 'm',
    engine: 'vllm',
    engine_version: '0.11',
    gpu_model: 'H100',
    gpu_count: '8',
    host: 'gpu-1',
    timestamp: '2026-01-02T00:00:00Z',
  }
  const stored = await send(app, facts, throughput)
  expect(stored).toMatchObject({
    status: 201,
    body: { missing: [], runs: [{ timestamp_source: 'asserted' }] },
  })
  const { body } = await app.call('GET', '/api/v1/results?since=2026-01-02&until=2026-01-03')
  expect(body.items[0]).toMatchObject({
    model: 'm',
    engine_version: '0.11',
    system_info: { hostname: 'gpu-1', gpu: { model: 'H100', count: 8 } },
    asserted: {
      model: { value: 'm', by: 'admin' },
      engine: { value: 'vllm', by: 'admin' },
      gpu_count: { value: 8, by: 'admin' },
      timestamp: { value: '2026-01-02T00:00:00Z', by: 'admin' },
    },
  })
})

test('what the file says has priority over what is told, and the answer says so', async () => {
  const app = await createTestApp()
  const { body } = await send(app, { model: 'other', engine: 'LLAMA_CPP' }, JSON.stringify([llamaTest(0)]))
  expect(body.runs[0]).toMatchObject({ model: 'm.gguf', engine: 'llama_cpp' })
  expect(body.warnings).toEqual([
    { code: 'assertion_not_used', message: 'The file says model is m.gguf: other was not used.' },
  ])
})

test('a dry run stores nothing and says what would be, for files and for documents of our own', async () => {
  const app = await createTestApp()
  const file = JSON.stringify([llamaTest(0)])
  expect(await send(app, { dry_run: '1' }, file)).toMatchObject({
    status: 200,
    body: { dry_run: true, runs: [{ state: 'stored', result_id: null }] },
  })
  const own = JSON.stringify({
    model: 'm',
    engine: 'vllm',
    results: [{ test_name: 'load', metrics: { output_tps: 5 } }],
  })
  expect(await send(app, { dry_run: 'true' }, own)).toMatchObject({
    status: 200,
    body: {
      format: 'kitt',
      runs: [
        { state: 'stored', result_id: null, model: 'm', benchmarks: ['load'], metrics: { output_tps: 5 } },
      ],
    },
  })
  expect((await app.call('GET', '/api/v1/results')).body.total).toBe(0)
  const { body } = await send(app, {}, file)
  expect((await send(app, { dry_run: '1' }, file)).body.runs[0]).toMatchObject({
    state: 'known',
    result_id: body.runs[0].result_id,
  })
})

test("KITT's own documents are answered as before, whatever their type; a named format must fit", async () => {
  const app = await createTestApp()
  const own = '{"model":"m","engine":"vllm","a":NaN}'
  const first = await send(app, {}, own, 'application/json')
  expect(first).toEqual({ status: 201, body: { id: expect.any(String), created: true } })
  expect(await send(app, { format: 'kitt' }, own)).toEqual({
    status: 200,
    body: { id: first.body.id, created: false },
  })
  expect(await send(app, { format: 'guidellm' }, own)).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(/^The file is not guidellm: it lacks "benchmarks"/) },
  })
  expect(await send(app, { format: 'vllm-serve' }, throughput)).toMatchObject({
    body: { error: expect.stringMatching(/It looks like vllm-throughput\.$/) },
  })
  expect(await send(app, { format: 'x' }, own)).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(/no importer for the format "x": guidellm, /) },
  })
  expect(await send(app, { format: 'kitt' }, '{"engine":"e"}')).toMatchObject({
    status: 400,
    body: { details: [{ path: 'model' }] },
  })
})

test.each([
  [
    'an unknown object',
    '{"speed":5}',
    /JSON of no format that KITT knows. It was looked for: .*GuideLLM.*vllm bench serve.*KITT's own/,
  ],
  ['a text', 'hello', /text of no format that KITT knows/],
  ['a cut file', '[{"build_commit":"a", "avg_', /cut short/],
  ['nothing', '', /is empty/],
  ['binary', new Uint8Array([1, 2, 255, 254]), /neither JSON nor text/],
  ['a ZIP', new Uint8Array([0x50, 0x4b, 3, 4, 9]), /ZIP archive/],
  ['a cut archive', new Uint8Array(gzipSync('{"a":1}').subarray(0, 12)), /damaged or cut short/],
])('%s is refused with what to do, and nothing is stored', async (_name, body, message) => {
  const app = await createTestApp()
  const answer = await send(app, {}, body as string)
  expect(answer).toMatchObject({ status: 400, body: { error: expect.stringMatching(message) } })
  expect((await app.call('GET', '/api/v1/results')).body.total).toBe(0)
})

test('a file above 64 MiB is refused before it is read, an archive that unpacks to more than 128 MiB while it is', async () => {
  const app = await createTestApp()
  const large = await app.fetch('http://test/api/v1/results/import', {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Length': String(64 * 1024 * 1024 + 1) },
    body: 'x',
  })
  expect(large.status).toBe(413)
  const bomb = await send(app, {}, new Uint8Array(gzipSync(Buffer.alloc(130 * 1024 * 1024, 32))))
  expect(bomb).toMatchObject({ status: 413, body: { error: 'Unpacked, the file is larger than 128 MiB.' } })
})

test('a file of no known tool is refused, until the caller says where its metrics are', async () => {
  const app = await createTestApp()
  const file = JSON.stringify({ name: 'org/x', speed: 90, first: 0.2 })
  const refused = await send(app, { engine: 'vllm' }, file)
  expect(refused).toMatchObject({ status: 400, body: { error: expect.stringContaining('of no format') } })
  const query = new URLSearchParams([
    ...[
      ['engine', 'vllm'],
      ['map', 'model=name'],
      ['map', 'output_tps=speed'],
      ['map', 'ttft_ms.p50=first:s'],
    ],
  ] as string[][])
  const answer = await app.fetch(`http://test/api/v1/results/import?${query}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
    body: file,
  })
  expect(answer.status).toBe(201)
  expect(await answer.json()).toMatchObject({
    format: 'flat',
    runs: [{ state: 'stored', model: 'org/x', metrics: { output_tps: 90, 'ttft_ms.p50': 200 } }],
  })
  const wrong = await send(app, { map: 'speed=speed' }, file)
  expect(wrong).toMatchObject({ status: 400, body: { error: expect.stringContaining('neither a metric') } })
})

test('a longer text that is no JSON is read in the thread of documents: YAML takes a hundred times as long', async () => {
  const app = await createTestApp()
  const read = vi.spyOn(app.deps.files, 'read')
  const text = (bytes: number) => `a: ${'x'.repeat(bytes)}`
  await send(app, {}, text(1024))
  await send(app, {}, JSON.stringify([llamaTest(0, { note: 'x'.repeat(64 * 1024) })]))
  expect(read).not.toHaveBeenCalled()
  await send(app, {}, text(64 * 1024))
  // What only begins as JSON does is a text too.
  await send(app, {}, `{${text(64 * 1024)}`)
  expect(read).toHaveBeenCalledTimes(2)
})

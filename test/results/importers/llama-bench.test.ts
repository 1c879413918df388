import { expect, test } from 'vitest'
import { one, read, refusal } from './_read.ts'

const llamaTest = (n_prompt: number, n_gen: number, more: object = {}) => ({
  build_commit: 'abc123',
  build_number: 5163,
  cpu_info: 'A CPU',
  gpu_info: 'NVIDIA RTX 4080, NVIDIA RTX 4080',
  backends: 'CUDA',
  model_filename: '/home/me/models/m-Q4_K_M.gguf',
  model_type: 'qwen2 7B Q4_K - Medium',
  n_batch: 2048,
  a_key_of_a_newer_build: 1,
  n_prompt,
  n_gen,
  n_depth: 0,
  test_time: '2025-04-24T11:58:50Z',
  avg_ns: 70_000_000,
  stddev_ns: 1_000_000,
  avg_ts: 120,
  stddev_ts: 2,
  samples_ns: [1, 2],
  samples_ts: [118, 120, 122],
  ...more,
})

test('tests of llama-bench are runs with names of their own: never beside the output rate of a server', async () => {
  const { format, documents } = await read([llamaTest(512, 0), llamaTest(0, 128, { n_depth: 4096 })], {})
  expect(format).toBe('llama-bench')
  const [pp, tg] = documents
  expect(pp).toMatchObject({
    model: 'm-Q4_K_M.gguf',
    engine: 'llama_cpp',
    engine_version: 'abc123 b5163',
    timestamp: '2025-04-24T11:58:50Z',
    timestamp_source: 'file',
    system_info: { gpu: { model: 'NVIDIA RTX 4080', count: 2 }, cpu: { model: 'A CPU' } },
    environment: { quantization: 'qwen2 7B Q4_K - Medium' },
    config: { parameters: { n_batch: 2048, a_key_of_a_newer_build: 1 } },
    asserted: {},
  })
  expect(pp.results[0]).toMatchObject({
    test_name: 'llama_bench_pp',
    metrics: {
      prefill_tps: 120,
      rate_stddev: 2,
      repetitions: 3,
      rate_tps: { count: 3, avg: 120, p50: 120, stddev: 2 },
      test_ms: 70,
    },
  })
  expect(pp.results[0].metrics).not.toHaveProperty('output_tps')
  expect(tg.results[0]).toMatchObject({ test_name: 'llama_bench_tg', metrics: { output_tps: 120 } })
  expect(tg.config.options).toMatchObject({
    input_tokens: 0,
    output_tokens: 128,
    depth_tokens: 4096,
    concurrency: 1,
  })
})

test('as JSON lines, and with several tests in one', async () => {
  const { documents } = await read(
    `${JSON.stringify(llamaTest(512, 0))}\n${JSON.stringify(llamaTest(512, 128))}\n`,
    {},
  )
  expect(documents.map(({ results }) => results[0].test_name)).toEqual(['llama_bench_pp', 'llama_bench_pg'])
  expect(documents[1].results[0].metrics).toMatchObject({ total_tps: 120 })
})

test('as CSV every value is quoted, and a name may hold a comma', async () => {
  const { samples_ns, samples_ts, ...row } = llamaTest(512, 0)
  const csv = `${Object.keys(row).join(',')}\n${Object.values(row)
    .map((value) => `"${value}"`)
    .join(',')}\r\n`
  const { document, metrics } = await one(csv, {})
  expect(document).toMatchObject({
    model: 'm-Q4_K_M.gguf',
    engine_version: 'abc123 b5163',
    config: { parameters: { n_batch: 2048 } },
    system_info: { gpu: { count: 2 } },
  })
  expect(metrics).toEqual({ prefill_tps: 120, rate_stddev: 2, test_ms: 70 })
  expect(await refusal(csv.slice(0, -8), {})).toMatch(/ends in the middle of a cell: it was cut short/)
})

test('as Markdown, with a depth, older names, and log lines around the table', async () => {
  const table = `ggml_cuda_init: found 1 CUDA devices
| model                  |     size | backend | test | t/s |
| ---------------------- | -------: | ------- | ---: | ---: |
| qwen2 7B Q4_K - Medium | 4.36 GiB | CUDA | pp512 | 7340.20 ± 23.45 |
| qwen2 7B Q4_K - Medium | 4.36 GiB | CUDA | tg128 @ d512 | 120.60 ± 0.59 |
| qwen2 7B Q4_K - Medium | 4.36 GiB | CUDA | pp 512 | 7000.00 +/- 1.00 |

build: 8cf427ff (5163)
`
  const { documents } = await read(table, {})
  expect(documents.map(({ results }) => [results[0].test_name, results[0].metrics])).toEqual([
    ['llama_bench_pp', { prefill_tps: 7340.2, rate_stddev: 23.45 }],
    ['llama_bench_tg', { output_tps: 120.6, rate_stddev: 0.59 }],
    ['llama_bench_pp', { prefill_tps: 7000, rate_stddev: 1 }],
  ])
  expect(documents[1]).toMatchObject({
    engine_version: '8cf427ff b5163',
    config: { options: { depth_tokens: 512 } },
  })
  const cut = await read(
    `${table.split('| qwen2 7B Q4_K - Medium | 4.36 GiB | CUDA | pp 512')[0]}| qwen2 7B |  | CUDA | pp512 | |`,
    {},
  )
  expect(cut.runs.at(-1)?.refused).toMatch(/cannot be read: the table may be cut short/)
})

test('a test without its rate is refused, one of 0 has no rate', async () => {
  const { avg_ts, ...rest } = llamaTest(512, 0)
  expect((await read([llamaTest(0, 128), { ...rest }], {})).runs.map(({ refused }) => refused)).toEqual([
    undefined,
    expect.stringMatching(/with its rate/),
  ])
  const { document, metrics } = await one(
    [llamaTest(512, 0, { avg_ts: 0, stddev_ts: 0, samples_ts: [] })],
    {},
  )
  expect(document.passed).toBe(false)
  expect(metrics).toEqual({ test_ms: 70 })
})

test('llama-batched-bench as JSON lines and as its table: rates of a whole batch, in a benchmark of its own', async () => {
  const line = {
    ...{ n_kv_max: 8192, n_batch: 2048, pp: 100, tg: 50, pl: 4, n_kv: 600, t_pp: 0.5, speed_pp: 800 },
    ...{ t_tg: 2, speed_tg: 100, t: 2.5, speed: 240 },
  }
  const metrics = {
    ...{ prefill_tps: 800, output_tps: 100, total_tps: 240, output_tps_per_user: 25, prefill_ms: 500 },
    ...{ generation_ms: 2000, batch_latency_ms: 2500 },
  }
  const { format, documents } = await read(`${JSON.stringify(line)}\n${JSON.stringify({ ...line, pl: 1 })}`)
  expect(format).toBe('llama-batched-bench')
  expect(documents[0].results[0]).toMatchObject({ test_name: 'llama_batched_bench', metrics })
  expect(documents[0].config.options).toEqual({
    ...{ mode: 'concurrent', concurrency: 4, input_tokens: 100, output_tokens: 50 },
  })
  expect(documents[1].config.options.mode).toBe('synchronous')
  const table = `|    PP |     TG |    B |   N_KV |   T_PP s | S_PP t/s |   T_TG s | S_TG t/s |      T s |    S t/s |
|-------|--------|------|--------|----------|----------|----------|----------|----------|----------|
|   100 |     50 |    4 |    600 |    0.500 |   800.00 |    2.000 |   100.00 |    2.500 |   240.00 |
`
  const printed = await one(table)
  expect(printed.format).toBe('llama-batched-bench-md')
  expect(printed.metrics).toEqual(metrics)
})

test('the SQL of llama-bench is sent to its JSON', async () => {
  const sql =
    'CREATE TABLE IF NOT EXISTS llama_bench (\n  build_commit TEXT\n);\nINSERT INTO llama_bench (build_commit) VALUES (1);'
  expect(await refusal(sql)).toMatch(/SQL of llama-bench.*-o json/)
})

import { expect, test } from 'vitest'
import { ADMIN_TOKEN, createTestApp, type TestApp } from '../_setup.ts'
import { measured } from './_document.ts'

const serve = (more: object = {}) => ({
  ...{
    date: '20260115-120000',
    backend: 'vllm',
    model_id: 'Qwen/Qwen2.5-7B',
    num_prompts: 40,
    completed: 40,
  },
  ...{ request_rate: 'inf', max_concurrency: 8, duration: 10, total_input_tokens: 5120 },
  ...{ total_output_tokens: 2560, request_throughput: 4, output_throughput: 256 },
  ...{ mean_ttft_ms: 50, median_ttft_ms: 48, p99_ttft_ms: 90, mean_tpot_ms: 9, median_tpot_ms: 9 },
  ...more,
})

const llama = {
  build_commit: 'abc',
  build_number: 7,
  model_filename: 'm.gguf',
  test_time: '2026-01-02T03:04:05Z',
}

async function send({ fetch }: TestApp, query: string, file: object) {
  const answer = await fetch(`http://test/api/v1/results/import?${query}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify(file),
  })
  // biome-ignore lint/suspicious/noExplicitAny: answers of several shapes
  return (await answer.json()) as any
}

const HOST = 'engine_version=0.11.0&gpu_model=NVIDIA+H100&gpu_count=2&host=box-1'

test('an import tells the setup of each run, which the indexer finds as well', async () => {
  const app = await createTestApp()
  const tests = [
    { ...llama, gpu_info: 'RTX 4080', n_prompt: 512, n_gen: 0, avg_ts: 900 },
    { ...llama, gpu_info: 'RTX 4080', n_prompt: 0, n_gen: 128, avg_ts: 90 },
  ] as object
  const dry = await send(app, 'dry_run=1', tests)
  const wet = await send(app, '', tests)
  const setups = wet.runs.map(({ setup_id }: { setup_id: string }) => setup_id)
  expect(dry.runs.map(({ setup_id }: { setup_id: string }) => setup_id)).toEqual(setups)
  expect(new Set(setups).size).toBe(2)
  await app.clock.advance(10_000)
  for (const { setup_id, result_id } of wet.runs) {
    const { body } = await app.call('GET', `/api/v1/results/${result_id}/comparable`)
    expect(body.setups.map((one: { setup_id: string }) => one.setup_id)).toEqual([setup_id])
    expect((await app.call('GET', `/api/v1/setups/${setup_id}`)).status).toBe(200)
  }
  const [refused] = (await send(app, '', { eval_count: 1, eval_duration: 1e9 })).runs
  expect(refused).toMatchObject({ state: 'refused', setup_id: null })
})

test('the same load by the same tool is one series, and never that of a run of KITT or of another tool', async () => {
  const app = await createTestApp()
  const setupOf = async (file: object, query = HOST) => (await send(app, query, file)).runs[0].setup_id
  const first = await setupOf(serve())
  expect(await setupOf(serve({ date: '20260116-120000', duration: 11 }))).toBe(first)
  expect(await setupOf(serve({ date: '20260117-120000', max_concurrency: 4 }))).not.toBe(first)
  const elsewhere = HOST.replace('box-1', 'box-2')
  expect(await setupOf(serve({ date: '20260118-120000' }), elsewhere)).not.toBe(first)

  // KITT's own measurement of the same model, engine, hardware and load, by an agent and by hand.
  const system = { gpu: { model: 'NVIDIA H100', count: 2 }, hostname: 'box-1', fingerprint: null }
  const options = { mode: 'concurrent', concurrency: 8, requests: 40, input_tokens: 128, output_tokens: 64 }
  const own = measured(256, { benchmark: 'load', system, options })
  const { body: byHand } = await app.call('POST', '/api/v1/results/import', own)
  const { body: agent } = await app.call('POST', '/api/v1/agents/register', { name: 'box-1' })
  await app.call('POST', `/api/v1/agents/${agent.agent_id}/results`, { result_data: own }, agent.token)
  // Another tool's file with the same facts.
  const other = await setupOf(
    {
      ...{
        backend: 'sglang',
        max_concurrency: 8,
        request_rate: Number.MAX_VALUE,
        duration: 10,
        completed: 40,
      },
      ...{ total_input_tokens: 5120, total_output_tokens: 2560, total_output_tokens_retokenized: 2560 },
    },
    `${HOST}&model=Qwen/Qwen2.5-7B&engine=vllm`,
  )
  await app.clock.advance(10_000)
  const { body: all } = await app.call('GET', '/api/v1/setups?per_page=100')
  expect(all.total).toBeGreaterThanOrEqual(6)
  for (const setup of all.items) {
    const { body: series } = await app.call('GET', `/api/v1/setups/${setup.id}/series?metric=output_tps`)
    const ids = series.series[0]?.points.map((point: { result_id: string }) => point.result_id) ?? []
    if (setup.id === first) expect(ids).toHaveLength(2)
    else expect(ids.length).toBeLessThanOrEqual(1)
    if (ids.includes(byHand.id)) expect([first, other]).not.toContain(setup.id)
  }
})

test('what makes another measurement makes another setup: the depth, the arguments, the rate, the examples', async () => {
  const app = await createTestApp()
  const setupsOf = async (file: object, query = HOST) =>
    (await send(app, `dry_run=1&${query}`, file)).runs.map((run: { setup_id: string }) => run.setup_id)
  const one = { ...llama, gpu_info: 'RTX 4080', n_prompt: 512, n_gen: 0, avg_ts: 900 }
  const tests = [one, { ...one, n_depth: 4096 }, { ...one, flash_attn: true }, { ...one, n_gpu_layers: 0 }]
  expect(new Set(await setupsOf(tests)).size).toBe(4)
  const evaluated = (n_shot: number) => ({
    ...{ results: { gsm8k: { 'exact_match,none': 0.5 } }, versions: { gsm8k: 3 }, model_name: 'm' },
    'n-shot': { gsm8k: n_shot },
  })
  const told = `${HOST}&model=m&engine=vllm`
  expect(await setupsOf(evaluated(0), told)).not.toEqual(await setupsOf(evaluated(5), told))
  const atRandom = (burstiness: object) => serve({ request_rate: 4, max_concurrency: null, ...burstiness })
  const poisson = await setupsOf(atRandom({}))
  expect(await setupsOf(atRandom({ burstiness: 1 }))).toEqual(poisson)
  expect(await setupsOf(atRandom({ burstiness: 0.5 }))).not.toEqual(poisson)
  // Neither says how long prompts and answers are.
  const rated = (requested_rate: number) => ({
    ...{ load_summary: { count: 9, requested_rate }, failures: { count: 0 } },
    successes: { count: 9, latency: { request_latency: { mean: 1 } }, throughput: { requests_per_sec: 1 } },
  })
  expect(await setupsOf(rated(1), told)).not.toEqual(await setupsOf(rated(2), told))
  // Means over requests differ from run to run.
  const answers = (total_output_tokens: number) => setupsOf(serve({ total_output_tokens }))
  expect(await answers(20_100)).toEqual(await answers(20_140))
  expect(await answers(20_100)).not.toEqual(await answers(40_000))
})

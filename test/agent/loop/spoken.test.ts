import { expect, test } from 'vitest'
import type { JobContext } from '../../../agent/loop/jobs.ts'
import { spoken } from '../../../agent/loop/spoken.ts'
import type { ResultDocument } from '../../../app/results/schema.ts'

const payload = { model_path: '/models/qwen', engine_name: 'vllm', options: { concurrency: 4, requests: 8 } }
const context = (signal = new AbortController().signal): JobContext => ({
  wire_id: '4f0c9a3be1d27586',
  log: () => {},
  progress: () => {},
  signal,
})

/** What the console shows of a test with this end, without its duration. */
async function saidOf(
  end: () => Promise<Partial<ResultDocument>>,
  asked: Record<string, unknown> = payload,
  signal?: AbortSignal,
) {
  const said: string[] = []
  const run = spoken(
    async () => ({ model: 'm', engine: 'e', ...(await end()) }),
    (line) => said.push(line),
  )
  await run(asked, context(signal)).catch(() => {})
  return said.map((line) => line.replace(/\d+\.\d s/, 'N s'))
}

test('a test is a line where it begins, with model, engine and load, and one where it ends, with its main metric', async () => {
  const results = [91.51, 91.49].map((output_tps, i) => ({
    test_name: 'throughput',
    run_number: i + 1,
    metrics: { output_tps, ttft_ms: { p50: 31 } },
  }))
  expect(await saidOf(async () => ({ passed: true, results }))).toEqual([
    'test 4f0c9a3be1d27586 begins: /models/qwen on vllm, throughput, concurrency 4, requests 8, input tokens 64, output tokens 32, runs 1',
    'test 4f0c9a3be1d27586 completed after N s: 91.5 tok/s',
  ])
  const latency = { test_name: 'latency', run_number: 1, metrics: { ttft_ms: { p50: 31 } } }
  const suite = await saidOf(async () => ({ results: [...results, latency] }), {
    ...payload,
    suite_name: 'standard',
  })
  expect(suite[0]).toContain('on vllm, suite standard, concurrency 4')
  expect(suite[1]).toMatch(/: throughput 91.5 tok\/s, latency 31 ms to the first token$/)
})

test('a test that fails says why in one line, and one that is cancelled that it was stopped', async () => {
  const thrown = await saidOf(async () => {
    throw new Error('vllm ended during the test (exit code 1).\nIts last lines:\nout of memory')
  })
  expect(thrown[1]).toBe('test 4f0c9a3be1d27586 failed after N s: vllm ended during the test (exit code 1).')
  const results = [{ test_name: 'throughput', errors: ['HTTP 500'] }]
  const measured = await saidOf(async () => ({ passed: false, results }))
  expect(measured[1]).toBe('test 4f0c9a3be1d27586 failed after N s: HTTP 500')
  const cancelled = AbortSignal.abort(new Error('cancelled'))
  const stopped = await saidOf(() => Promise.reject(cancelled.reason), payload, cancelled)
  expect(stopped[1]).toBe('test 4f0c9a3be1d27586 was stopped after N s: cancelled')
})

test('a payload that is none is said as far as it goes', async () => {
  expect(await saidOf(async () => ({}), { options: null })).toEqual([
    expect.stringContaining('begins: '),
    'test 4f0c9a3be1d27586 completed after N s',
  ])
})

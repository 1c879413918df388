import { expect, test } from 'vitest'
import type { EngineReading } from '../../../../agent/bench/engine-metrics/readings.ts'
import { readingOf } from '../../../../agent/bench/engine-metrics/readings.ts'
import { type EngineScraper, engineScraper } from '../../../../agent/bench/engine-metrics/scraper.ts'
import { type EngineMetrics, watchEngine } from '../../../../agent/bench/engine-metrics/watch.ts'
import { contradictions } from '../../../../agent/bench/measure/contradictions.ts'
import { pause } from '../../../../lib/pause.ts'
import { engineAt, vllm } from './_engine.ts'

test('an engine is looked at before, once a second during, and after a window', async () => {
  const state = { running: 0, prompt: 100, output: 1000 }
  const engine = await engineAt((_, response) =>
    response.end(
      vllm(
        state.running,
        state.prompt,
        state.output,
        `vllm:prefix_cache_queries_total ${state.prompt}
vllm:prefix_cache_hits_total ${state.prompt / 2}`,
      ),
    ),
  )
  const watch = await watchEngine(engineScraper({ root: engine.root }))
  expect(engine.asked).toHaveLength(1)
  Object.assign(state, { running: 8, prompt: 300, output: 1500 })
  await pause(1500)
  Object.assign(state, { running: 0, output: 2000 })
  const metrics = await watch.stop()
  expect(metrics).toMatchObject({
    ...{ source: 'vllm', samples: 2, running: { mean: 8, max: 8 }, waiting: { mean: 0, max: 0 } },
    ...{ running_before: 0, running_after: 0, kv_cache_pct: { mean: 25, max: 25 } },
    ...{ prefix_cache_hit_pct: 50, prompt_tokens: 200, output_tokens: 1000 },
    ...{ prompt_s: null, output_s: null, draft_tokens: null, accepted_draft_tokens: null, restarted: false },
  })
  expect(metrics!.output_tps).toBeCloseTo(1000 / metrics!.seconds)
  expect(metrics!.seconds).toBeGreaterThan(1.4)
  expect(engine.asked).toHaveLength(4)
  await pause(1200)
  expect(engine.asked).toHaveLength(4)
})

test('an engine that answers slowly has one question to answer at a time, and the last one is given up at the end', async () => {
  let delay = 0
  const engine = await engineAt((_, response) => {
    setTimeout(() => response.end(vllm(0, 1, 1)), delay)
    delay = delay === 0 ? 1400 : 0
  })
  const watch = await watchEngine(engineScraper({ root: engine.root }))
  await pause(600)
  const began = performance.now()
  const metrics = await watch.stop()
  expect(performance.now() - began).toBeLessThan(1000)
  expect(metrics?.samples).toBe(0)
  expect(metrics?.running).toBeNull()
  // The question given up may still be open at the engine when the last one comes.
  expect(engine.now.most).toBeLessThanOrEqual(2)
})

test('an engine without metrics is asked once in a run, and its windows have none', async () => {
  const engine = await engineAt((_, response) => response.writeHead(501).end('{}'))
  const scraper = engineScraper({ root: engine.root })
  for (let window = 0; window < 3; window++) expect(await (await watchEngine(scraper)).stop()).toBeNull()
  expect(engine.asked).toHaveLength(1)
})

/** A scraper that tells these one after the other. */
function told(...texts: (string | null)[]): EngineScraper {
  const readings = texts.map((text): EngineReading | null => (text === null ? null : readingOf(text)))
  return { unavailable: false, read: async () => readings.shift() ?? null }
}

const windowOf = async (...texts: (string | null)[]) => (await watchEngine(told(...texts))).stop()

test.each([
  ['a counter fell', [vllm(0, 100, 500), vllm(0, 200, 40)]],
  [
    'the process is another one',
    [vllm(0, 1, 1, 'process_start_time_seconds 1000'), vllm(0, 200, 400, 'process_start_time_seconds 2000')],
  ],
])('where %s, nothing is said of what it counted, but that it was restarted', async (_, texts) => {
  const metrics = await windowOf(...texts)
  expect(metrics).toMatchObject({
    restarted: true,
    output_tokens: null,
    prompt_tokens: null,
    output_tps: null,
  })
  expect(contradictions(metrics, { output_tokens: 10, input_tokens: 10, failed_requests: 0 })).toEqual([
    'The counters of the engine fell during the window: it was restarted, or several engines answer at its address.',
  ])
})

test('a restart within the window is seen though the counters have passed where they began', async () => {
  const scraper = told(vllm(0, 10, 10), vllm(1, 500, 500), vllm(0, 90, 90))
  const watch = await watchEngine(scraper)
  await pause(400)
  expect(await watch.stop()).toMatchObject({ samples: 1, restarted: true, output_tokens: null })
})

test('what was told only before or only after is not a difference', async () => {
  expect(await windowOf(vllm(0, 10, 10), null)).toMatchObject({ output_tokens: null, running_after: null })
  expect(await windowOf(null, vllm(0, 10, 10))).toMatchObject({ output_tokens: null, running_before: null })
  expect(await windowOf(null, null)).toBeNull()
})

test('a counter that begins with the first request counts from nothing', async () => {
  const metrics = await windowOf('sglang:num_running_reqs 0\n', 'sglang:generation_tokens_total 77\n')
  expect(metrics).toMatchObject({ output_tokens: 77, prompt_tokens: null })
})

test('a request that the engine still counts when the last answer was read is waited for', async () => {
  expect(await windowOf(vllm(0, 0, 0), vllm(1, 10, 90), vllm(0, 10, 100))).toMatchObject({
    output_tokens: 100,
    running_after: 0,
  })
})

const engine = (more: Partial<EngineMetrics>): EngineMetrics => ({
  ...{ source: 'vllm', samples: 3, seconds: 10, running: null, waiting: null },
  ...{ running_before: 0, running_after: 0, kv_cache_pct: null, prefix_cache_hit_pct: null },
  ...{
    prompt_tokens: 1000,
    output_tokens: 1000,
    prompt_tps: 100,
    output_tps: 100,
    prompt_s: null,
    output_s: null,
  },
  ...{ draft_tokens: null, accepted_draft_tokens: null, restarted: false, ...more },
})
const client = { output_tokens: 1000, input_tokens: 1000, failed_requests: 0 }

test.each([
  ['the same numbers', {}, {}, []],
  ['five per cent', { output_tokens: 1050 }, {}, []],
  [
    'more than the client',
    { output_tokens: 1060 },
    {},
    ['The engine counted 1,060 output tokens and the client 1,000: 6.0 % more.'],
  ],
  [
    'fewer than the client',
    { output_tokens: 500 },
    {},
    ['The engine counted 500 output tokens and the client 1,000: 50.0 % fewer.'],
  ],
  [
    'another prompt',
    { prompt_tokens: 2000 },
    {},
    ['The engine counted 2,000 prompt tokens and the client 1,000: 100.0 % more.'],
  ],
  ['nothing told', { output_tokens: null, prompt_tokens: null }, {}, []],
  ['a client that does not know its prompts', { prompt_tokens: 2000 }, { input_tokens: null }, []],
  ['more, where requests failed', { output_tokens: 2000 }, { failed_requests: 1 }, []],
  [
    'fewer, where requests failed',
    { output_tokens: 500 },
    { failed_requests: 1 },
    ['The engine counted 500 output tokens and the client 1,000: 50.0 % fewer.'],
  ],
  [
    'others before it began',
    { running_before: 3, output_tokens: 2000 },
    {},
    ['The engine worked on 3 other requests when the load began: its numbers are not only of this run.'],
  ],
  ['what SGLang last had', { source: 'sglang', running_before: 3 } as const, {}, []],
  ['prompts of llama.cpp without the cached', { source: 'llama_cpp', prompt_tokens: 20 } as const, {}, []],
  [
    'prompts of llama.cpp with the cached',
    { source: 'llama_cpp', prompt_tokens: 20, prefix_cache_hit_pct: 3 } as const,
    {},
    ['The engine counted 20 prompt tokens and the client 1,000: 98.0 % fewer.'],
  ],
])('%s: what engine and client say is held against each other', (_, more, window, messages) => {
  expect(contradictions(engine(more), { ...client, ...window })).toEqual(messages)
  expect(contradictions(null, client)).toEqual([])
})

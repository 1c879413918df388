import { describe, expect, test } from 'vitest'
import { analyse } from '../../../../agent/bench/benchmarks/warmup.ts'
import type { GpuSample } from '../../../../agent/bench/gpu/gpu.ts'
import { pollGpus } from '../../../../agent/bench/gpu/poll.ts'
import type { GpuSummary } from '../../../../agent/bench/gpu/record.ts'
import { createSimulator } from '../../../../agent/bench/simulator/simulator.ts'
import type { RunSuiteOptions } from '../../../../agent/bench/suites/suite-setup.ts'
import { runSuite } from '../../../../agent/bench/suites/suites.ts'
import { pause } from '../../../../lib/pause.ts'

const about = {
  baseUrl: 'http://simulated',
  model: 'm',
  engine: 'simulated',
  suite: 'quick',
  kittVersion: '0',
} as const

const sample = (index: number, more: Partial<GpuSample>): GpuSample => ({
  ...{ index, uuid: null, memory_used_gb: null, utilization_pct: null, power_w: null },
  ...{ sm_clock_mhz: null, memory_clock_mhz: null, temperature_c: null, energy_j: null },
  ...{ throttle_reasons: [], ...more },
})

async function one(more: Partial<RunSuiteOptions>, simulator = {}) {
  const fetch = createSimulator({ ttftMs: 10, tpotMs: 2, ...simulator }).request
  const document = await runSuite({ ...about, fetch, ...more })
  return { document, metrics: document.results[0]!.metrics, codes: document.warnings.map((w) => w.code) }
}

describe('warm-up analysis', () => {
  test('finds the first request slow and when the engine was warm', async () => {
    let n = 0
    const [cold, warm] = [
      createSimulator({ ttftMs: 150, tpotMs: 1 }),
      createSimulator({ ttftMs: 20, tpotMs: 1 }),
    ]
    const fetch = (url: string, init: RequestInit) => {
      if (init.method !== 'POST') return warm.request(url, init)
      return (n++ < 2 ? cold : warm).request(url, init)
    }
    const { metrics } = await one({
      fetch,
      benchmarks: ['warmup_analysis'],
      options: { output_tokens: 4, requests: 8 },
    })
    expect(metrics).toMatchObject({ requests: 8, by_request: { length: 8 } })
    expect(metrics['warmup_penalty_ms']).toBeGreaterThan(80)
    expect(metrics['warm_after']).toBeGreaterThanOrEqual(2)
  })

  test.each([
    [
      [100, 50, 20, 20, 20, 20],
      { first_ttft_ms: 100, steady_ttft_ms: 20, warmup_penalty_ms: 80, warm_after: 2 },
    ],
    [[20, 20, 20, 20], { first_ttft_ms: 20, steady_ttft_ms: 20, warmup_penalty_ms: 0, warm_after: 0 }],
    [[20], { first_ttft_ms: 20, steady_ttft_ms: null, warmup_penalty_ms: null, warm_after: null }],
    [[], { first_ttft_ms: null, steady_ttft_ms: null, warmup_penalty_ms: null, warm_after: null }],
  ])('of %j is %j', (times, expected) => {
    expect(analyse(times)).toEqual(expected)
  })
})

test('power and energy are those of the load, not of waiting for the engine’s own metrics', async () => {
  const simulator = createSimulator({ ttftMs: 10, tpotMs: 2 })
  let scrapes = 0
  let isWaiting = false
  const fetch = async (url: string, init: RequestInit) => {
    if (!url.endsWith('/metrics')) return simulator.request(url, init)
    isWaiting = scrapes++ === 0
    if (isWaiting) await pause(500)
    isWaiting = false
    return new Response('sglang:num_running_reqs 0\nsglang:prompt_tokens_total 5\n')
  }
  const gpu = pollGpus(async () => [sample(0, { power_w: isWaiting ? 900 : 100 })], 20)
  const { metrics } = await one({ fetch, gpu, options: { requests: 20, output_tokens: 16 } })
  const { power_w, energy_j } = (metrics['gpu'] as { summary: GpuSummary }).summary
  expect(power_w?.mean).toBeLessThan(150)
  expect(energy_j).toBeLessThan(150 * (metrics['duration_s'] as number))
})

describe('memory usage', () => {
  test('reads the GPUs while answers grow, and passes throttling on', async () => {
    let readings = 0
    const gpu = pollGpus(async () => {
      readings += 1
      return [
        sample(0, {
          memory_used_gb: 10 + readings / 4,
          throttle_reasons: readings > 5 ? ['sw_thermal_slowdown'] : [],
        }),
        sample(1, { memory_used_gb: 2 }),
      ]
    }, 20)
    const { metrics, codes } = await one({ gpu, benchmarks: ['memory_usage'], options: { output_tokens: 4 } })
    expect(metrics['gpu_memory_start_gb']).toBe(12.25)
    expect(metrics['gpu_memory_peak_gb']).toBeGreaterThan(12 + (readings - 3) / 4)
    expect(metrics['gpu_memory_peak_gb']).toBeLessThanOrEqual(12 + readings / 4)
    expect(Object.keys(metrics['gpu_memory_peak_gb_by_output_tokens'] as object)).toEqual([
      '4',
      '8',
      '16',
      '32',
    ])
    expect(codes).toContain('throttled')
  })

  test('is absent without a GPU, not zero', async () => {
    const options = { requests: 1, output_tokens: 2, runs: 1 }
    const { document } = await one({ suite: 'performance', options })
    expect(document.results.map((result) => result.test_name)).not.toContain('memory_usage')
    expect(document.config.benchmarks).not.toContain('memory_usage')
  })

  test('a GPU that cannot be read leaves nulls and does not fail the run', async () => {
    const gpu = pollGpus(() => Promise.reject(new Error('no driver')), 20)
    const { document, metrics } = await one({
      gpu,
      benchmarks: ['memory_usage'],
      options: { output_tokens: 2 },
    })
    expect(document.passed).toBe(true)
    expect(metrics).toMatchObject({
      gpu_memory_start_gb: null,
      gpu_memory_peak_gb: null,
      gpu_memory_growth_gb: null,
    })
  })
})

test('warnings of the engine arrive in the document', async () => {
  const options = { requests: 4, output_tokens: 8, input_tokens: 20 }
  const { codes } = await one({ options }, { cachedTokens: 5, stopAfter: 4 })
  expect(codes).toEqual(expect.arrayContaining(['prefix_cache', 'short_output', 'few_samples']))
  expect(codes).not.toContain('token_source_chunks')
  const silent = await one({ options }, { sendUsage: false })
  expect(silent.codes).toContain('token_source_chunks')
  expect(silent.codes).not.toContain('prefix_cache')
})

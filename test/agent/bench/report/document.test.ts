import { describe, expect, test } from 'vitest'
import type { MeasuredDocument } from '../../../../agent/bench/report/document.ts'
import type { SimulatorOptions } from '../../../../agent/bench/simulator/options.ts'
import { createSimulator } from '../../../../agent/bench/simulator/simulator.ts'
import type { RunSuiteOptions } from '../../../../agent/bench/suites/suite-setup.ts'
import { runSuite } from '../../../../agent/bench/suites/suites.ts'
import { scripted } from '../_server.ts'

const FAST: SimulatorOptions = { ttftMs: 4, tpotMs: 1 }
const about = {
  baseUrl: 'http://simulated',
  model: 'm',
  engine: 'vllm',
  suite: 'quick',
  kittVersion: '9.9.9',
} as const

function run(simulator: SimulatorOptions, more: Partial<RunSuiteOptions> = {}): Promise<MeasuredDocument> {
  return runSuite({ ...about, fetch: createSimulator(simulator).request, ...more })
}

describe('the result document', () => {
  test('is the contract: names, counts, stamps, engine, options and command', async () => {
    const document = await run(FAST, {
      engineVersion: '1.2',
      systemInfo: { ram_gb: 64 },
      clock: () => new Date('2026-01-02T03:04:05Z'),
      options: { requests: 4, output_tokens: 8, seed: 3 },
    })
    expect(document).toMatchObject({
      model: 'm',
      engine: 'vllm',
      engine_version: '1.2',
      suite_name: 'quick',
      timestamp: '2026-01-02T03:04:05.000Z',
      passed: true,
      simulated: true,
      total_benchmarks: 1,
      passed_count: 1,
      failed_count: 0,
      kitt_version: '9.9.9',
      system_info: { ram_gb: 64 },
      config: {
        base_url: 'http://simulated',
        suite: 'quick',
        benchmarks: ['throughput'],
        options: { seed: 3, warmup: 1 },
        seed: 'given',
      },
      results: [{ test_name: 'throughput', run_number: 1, passed: true, errors: [] }],
    })
    expect(document.config.command).toMatch(
      /^kitt run --url http:\/\/simulated --model m .*--options '\{.*"seed":3.*\}'$/,
    )
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  test('throughput writes its window and the names old readers know, in agreement', async () => {
    const { results, metrics, config } = await run(FAST, { options: { requests: 4, output_tokens: 8 } })
    expect(config).toMatchObject({ seed: 'random', options: { seed: expect.any(Number) } })
    const found = results[0]!.metrics as Record<string, number>
    expect(found).toMatchObject({
      requests: 4,
      output_tokens: 32,
      total_iterations: 4,
      total_tokens_generated: 32,
    })
    expect(found['total_time_seconds']).toBe(found['duration_s'])
    expect(found).toMatchObject({
      avg_latency_ms: (found['e2e_latency_ms'] as unknown as { avg: number }).avg,
    })
    expect(found['min_tps']).toBeLessThanOrEqual(found['avg_tps']!)
    expect(found['avg_tps']).toBeLessThanOrEqual(found['max_tps']!)
    expect(results[0]!.outputs).toHaveLength(5)
    expect(metrics['throughput']!['output_tps']).toEqual({ n: 1, mean: found['output_tps'] })
  })

  test('latency writes the shapes old readers know', async () => {
    const { results } = await run(FAST, {
      benchmarks: ['latency'],
      options: { requests: 3, output_tokens: 4 },
    })
    const names = ['avg', 'min', 'max', 'p50', 'p95', 'p99', 'std_dev']
    for (const name of ['ttft_ms', 'total_latency_ms']) {
      const shape = results[0]!.metrics[name] as Record<string, number>
      for (const key of names) expect(shape[key], `${name}.${key}`).toBeTypeOf('number')
    }
  })

  test('runs are kept apart and summarized, with other prompts in each', async () => {
    const prompts = new Set<string>()
    const simulator = createSimulator(FAST)
    const fetch = (url: string, init: RequestInit) => {
      prompts.add(JSON.parse(init.body as string).messages[0].content)
      return simulator.request(url, init)
    }
    const options = { requests: 3, output_tokens: 4, runs: 3, warmup: 1 }
    const document = await run(FAST, { fetch, suite: 'performance', options: { ...options, seed: 5 } })
    const order = document.results.map((result) => `${result.run_number} ${result.test_name}`)
    expect(order).toEqual(
      [1, 2, 3].flatMap((n) => ['warmup_analysis', 'throughput', 'latency'].map((name) => `${n} ${name}`)),
    )
    expect(document.metrics['latency']!['ttft_ms.p50']).toMatchObject({ n: 3, ci95_low: expect.any(Number) })
    expect(prompts.size).toBe(3 * (3 + 4 + 4))
    const again = await run(FAST, { fetch, suite: 'performance', options: { ...options, seed: 5 } })
    expect(prompts.size).toBe(33)
    expect(again.config.options.seed).toBe(5)
  })

  test('a real engine is not called simulated', async () => {
    const url = await scripted(({ response }) => {
      response.setHeader('content-type', 'application/json')
      response.end('{"choices":[{"message":{"content":"a"}}]}')
    })
    const document = await runSuite({ ...about, baseUrl: url, options: { requests: 2 } })
    expect(document).toMatchObject({ passed: true, simulated: false })
    expect(document.results[0]!.metrics).toMatchObject({
      ttft_ms: null,
      tpot_ms: null,
      token_source: 'chunks',
    })
  })

  test('holds no key', async () => {
    const document = await run(FAST, { apiKey: 'very-secret', options: { requests: 1 } })
    expect(JSON.stringify(document)).not.toContain('very-secret')
  })
})

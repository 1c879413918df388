import { describe, expect, test } from 'vitest'
import { type MeasuredDocument, NoAnswer } from '../../../../agent/bench/report/document.ts'
import type { SimulatorOptions } from '../../../../agent/bench/simulator/options.ts'
import { createSimulator } from '../../../../agent/bench/simulator/simulator.ts'
import type { RunSuiteOptions } from '../../../../agent/bench/suites/suite-setup.ts'
import { runSuite } from '../../../../agent/bench/suites/suites.ts'
import { nobody, scripted, servedSimulator } from '../_server.ts'

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

describe('an engine that fails by plan', () => {
  test('counts, goodput and errors are exact', async () => {
    const baseUrl = await servedSimulator({
      ...FAST,
      failures: [
        { every: 5, kind: 'http_500' },
        { every: 7, kind: 'close' },
        { every: 8, kind: 'bad_json' },
        { every: 9, kind: 'stall' },
      ],
    })
    const options = {
      requests: 40,
      output_tokens: 6,
      warmup: 0,
      timeout_s: 0.4,
      max_error_rate: 1,
      slo: { e2e_latency_ms: 390 },
    }
    const document = await runSuite({ ...about, baseUrl, options })
    const { metrics, errors, passed } = document.results[0]!
    const found = metrics as {
      duration_s: number
      goodput_rps: number
      request_rate_rps: number
      output_tps: number
    }
    // Of 1..40: 8 are multiples of 5; 4 others of 7; 4 others of 8; 4 others of 9.
    expect(metrics).toMatchObject({
      requests: 40,
      successful_requests: 20,
      failed_requests: 20,
      error_rate: 0.5,
      errors: { http_500: 8, closed: 4, bad_json: 4, timeout: 4 },
      output_tokens: 120,
    })
    expect(found.goodput_rps * found.duration_s).toBeCloseTo(20, 6)
    expect(found.request_rate_rps * found.duration_s).toBeCloseTo(20, 6)
    expect(found.output_tps * found.duration_s).toBeCloseTo(120, 6)
    expect([passed, document.passed]).toEqual([true, true])
    expect(errors).toHaveLength(4)
    expect(document.warnings.map((warning) => warning.code)).toContain('failures')
  })

  test('a run of which more than a twentieth fails stops by itself', async () => {
    const failures = [{ every: 5, kind: 'http_500' as const }]
    const document = await run({ ...FAST, failures }, { options: { requests: 1000, warmup: 0 } })
    expect(document).toMatchObject({
      passed: false,
      results: [{ metrics: { requests: 10, failed_requests: 2, stopped_by: 'error_rate' } }],
    })
  })

  test('a few failures within the limit do not fail the run', async () => {
    const failures = [{ every: 10, kind: 'reset' as const }]
    const document = await run(
      { ...FAST, failures },
      { options: { requests: 20, warmup: 0, max_error_rate: 0.2 } },
    )
    expect(document).toMatchObject({
      passed: true,
      results: [{ metrics: { failed_requests: 2, errors: { closed: 2 } } }],
    })
  })

  test('objectives that slow answers miss are exact too', async () => {
    let n = 0
    const [slow, quick] = [createSimulator({ ttftMs: 120, tpotMs: 1 }), createSimulator(FAST)]
    const fetch = (url: string, init: RequestInit) => (n++ % 4 === 0 ? slow : quick).request(url, init)
    const options = { requests: 12, output_tokens: 4, warmup: 0, slo: { ttft_ms: 100 } }
    const { results } = await run(FAST, { fetch, options })
    const found = results[0]!.metrics as { duration_s: number; goodput_rps: number }
    expect(found.goodput_rps * found.duration_s).toBeCloseTo(9, 6)
  })

  test('one that fails every request fails every benchmark with the reason, without trying each', async () => {
    const lines: string[] = []
    const fetch = () => new Response('loading', { status: 503 })
    const document = await run(FAST, { fetch, suite: 'performance', onLog: (line) => lines.push(line) })
    expect(document).toMatchObject({ passed: false, passed_count: 0, failed_count: 9 })
    expect(document.results[0]!.errors[0]).toMatch(/^http_503 × 10: The engine answered 503: loading/)
    expect(document.results[8]!.errors).toEqual(['Not run: the engine answered nothing in warmup_analysis.'])
    expect(lines.join('\n')).not.toContain('NaN')
  })

  test.each([0, 1, 3])(
    'one that is not there gives no document but a sentence, after a warm-up of %i',
    async (warmup) => {
      const baseUrl = await nobody()
      const asked = runSuite({ ...about, baseUrl, options: { requests: 4, warmup } })
      await expect(asked).rejects.toThrow(NoAnswer)
      await expect(asked).rejects.toThrow(
        `The engine could not be reached at ${baseUrl}/v1/chat/completions (ECONNREFUSED): nothing was measured.`,
      )
    },
  )

  test('one that takes a request and says nothing gives no document either', async () => {
    const baseUrl = await scripted(() => {})
    const options = { requests: 2, warmup: 1, timeout_s: 0.2 }
    await expect(runSuite({ ...about, baseUrl, options })).rejects.toThrow(
      /No complete answer within 200 ms \(http:.*: nothing was measured/,
    )
  })

  test('a warm-up request that fails once does not keep an engine from being measured', async () => {
    let calls = 0
    const simulator = createSimulator(FAST)
    const fetch = (url: string, init: RequestInit) => {
      if (init.method !== 'POST') return simulator.request(url, init)
      calls += 1
      return calls < 3 ? new Response('loading', { status: 503 }) : simulator.request(url, init)
    }
    const document = await run(FAST, { fetch, options: { requests: 4, output_tokens: 2, warmup: 1 } })
    expect(document).toMatchObject({
      passed: true,
      results: [{ metrics: { requests: 4, failed_requests: 0 } }],
    })
    expect(calls).toBe(3 + 4)
  })

  test('an engine that fails its warm-up is not measured', async () => {
    let calls = 0
    const fetch = (_url: string, { method }: RequestInit) => {
      if (method === 'POST') calls += 1
      return new Response('loading', { status: 503 })
    }
    const document = await run(FAST, { fetch, options: { requests: 100, warmup: 3 } })
    expect(calls).toBe(3)
    expect(document.results[0]).toMatchObject({
      passed: false,
      metrics: { requests: 0, stopped_by: 'warmup_failed' },
    })
    expect(document.results[0]!.errors).toEqual([
      'http_503 × 3: The engine answered 503: loading (http://simulated/v1/chat/completions)',
    ])
  })
})

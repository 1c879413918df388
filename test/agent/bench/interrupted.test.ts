import { expect, test } from 'vitest'
import { Interrupted } from '../../../agent/bench/interrupted.ts'
import { createSimulator } from '../../../agent/bench/simulator/simulator.ts'
import type { RunSuiteOptions } from '../../../agent/bench/suites/suite-setup.ts'
import { runSuite } from '../../../agent/bench/suites/suites.ts'

const about = {
  baseUrl: 'http://simulated',
  model: 'm',
  engine: 'e',
  suite: 'quick',
  kittVersion: '0',
} as const

/** A run that is interrupted when so many requests were sent; those of the last moment are still under way. */
function interruptedAfter(
  requests: number,
  more: Partial<RunSuiteOptions>,
  reason: Error = new Interrupted(),
) {
  const stop = new AbortController()
  const simulator = createSimulator({ ttftMs: 5, tpotMs: 2 })
  let sent = 0
  const fetch = (url: string, init: RequestInit) => {
    if (init.method === 'POST') sent += 1
    if (init.method === 'POST' && sent === requests) setTimeout(() => stop.abort(reason), 4)
    return simulator.request(url, init)
  }
  return runSuite({ ...about, fetch, signal: stop.signal, ...more })
}

test('what was answered until then is kept; what was cut off neither failed nor succeeded', async () => {
  const options = { requests: 100, output_tokens: 4, warmup: 1, concurrency: 2, seconds: 60 }
  const document = await interruptedAfter(9, { options })
  expect(document).toMatchObject({
    interrupted: true,
    passed: false,
    results: [{ passed: false, errors: [] }],
  })
  const { metrics, outputs } = document.results[0]!
  expect(metrics).toMatchObject({ failed_requests: 0, stopped_by: 'aborted', errors: {} })
  const counted = metrics['requests'] as number
  expect(counted).toBeGreaterThanOrEqual(5)
  expect(counted).toBeLessThan(9)
  expect(outputs).toHaveLength(counted + 1)
  expect(JSON.stringify(document)).not.toContain('"aborted"}')
})

test('a benchmark that was over stays as it was; those not begun are not in it', async () => {
  const options = { requests: 3, output_tokens: 2, warmup: 0 }
  const benchmarks = ['throughput', 'latency', 'load'] as const
  const document = await interruptedAfter(5, { options, benchmarks })
  expect(document.results.map(({ test_name, passed }) => [test_name, passed])).toEqual([
    ['throughput', true],
    ['latency', false],
  ])
  expect(document).toMatchObject({ interrupted: true, passed: false, total_benchmarks: 2 })
})

test('an interrupted sweep keeps its points, and does not judge the curve', async () => {
  const options = {
    mode: 'sweep',
    requests: 4,
    sweep_points: 2,
    output_tokens: 2,
    warmup: 0,
    max_concurrency: 4,
  } as const
  const document = await interruptedAfter(6, { options })
  const { curve, max_output_tps } = document.results[0]!.metrics as {
    curve: { mode: string }[]
    max_output_tps: number
  }
  expect(curve.map(({ mode }) => mode)[0]).toBe('synchronous')
  expect(curve.length).toBeLessThan(3)
  expect(max_output_tps).toBeGreaterThan(0)
  expect(document.warnings.map(({ code }) => code)).not.toContain('not_saturated')
})

test('interrupted in the warm-up, there is nothing, and no engine that failed', async () => {
  const document = await interruptedAfter(2, { options: { requests: 9, warmup: 4 } })
  expect(document).toMatchObject({ interrupted: true, passed: false, results: [], warnings: [] })
})

test('a signal with any other reason throws everything away', async () => {
  const options = { requests: 100, output_tokens: 4, warmup: 0 }
  await expect(interruptedAfter(5, { options }, new Error('cancelled by the server'))).rejects.toThrow(
    'cancelled by the server',
  )
})

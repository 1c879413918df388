import { describe, expect, test } from 'vitest'
import type { MeasuredDocument } from '../../../../agent/bench/report/document.ts'
import type { Progress } from '../../../../agent/bench/report/progress.ts'
import type { SimulatorOptions } from '../../../../agent/bench/simulator/options.ts'
import { createSimulator } from '../../../../agent/bench/simulator/simulator.ts'
import type { RunSuiteOptions } from '../../../../agent/bench/suites/suite-setup.ts'
import { runSuite } from '../../../../agent/bench/suites/suites.ts'

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

describe('while it runs', () => {
  test('log lines tell the story and progress counts up to the total', async () => {
    const lines: string[] = []
    const told: Progress[] = []
    const options = { requests: 5, output_tokens: 8, runs: 2 }
    await run(FAST, { options, onLog: (line) => lines.push(line), onProgress: (value) => told.push(value) })
    expect(lines).toContainEqual(expect.stringMatching(/^run 1\/2 · throughput: 5 requests, [\d,.]+ tok\/s$/))
    expect(lines.at(-1)).toMatch(/^passed in \d+\.\d s$/)
    expect(told.at(-1)).toMatchObject({ done: 10, total: 10, metrics: { requests: 5, failed_requests: 0 } })
    expect(told.map((one) => one.done)).toEqual(told.map((one) => one.done).toSorted((a, b) => a - b))
    expect(told.at(-1)).not.toHaveProperty('unit')
    expect(told.at(-1)!.metrics['output_tps']).toBeGreaterThan(0)
  })

  test('a run ended by time alone counts its progress in percent', async () => {
    const told: Progress[] = []
    const options = { seconds: 0.3, output_tokens: 8 }
    const document = await run(FAST, { options, onProgress: (value) => told.push(value) })
    expect(document.results[0]!.metrics).toMatchObject({ stopped_by: 'seconds' })
    expect(told.at(-1)).toMatchObject({ done: 100, total: 100, unit: 'percent' })
  })

  test('a signal stops it at once with the reason it gives', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('cancelled by the server')), 60)
    const started = performance.now()
    await expect(run({ ttftMs: 60_000 }, { signal: stop.signal })).rejects.toThrow('cancelled by the server')
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('what cannot be done is refused in a sentence', () => {
  test.each([
    [{ baseUrl: 'localhost:8000' }, 'http or https'],
    [{ baseUrl: 'http://user:pass@host' }, 'not have credentials'],
    [{ options: { mode: 'poisson' as const } }, 'need a rate'],
    [{ benchmarks: ['memory_usage' as const] }, 'needs a GPU'],
  ])('%j', async (more, message) => {
    await expect(run(FAST, more)).rejects.toThrow(message)
  })
})

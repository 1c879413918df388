import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withoutEngine } from './_engine.ts'
import { type LlamaServer, startLlamaServer } from './_llama-server.ts'
import { measureExactly, outputsOf } from './_measured.ts'

const FEW = ['--requests', '3', '--warmup', '1']

describe.skipIf(withoutEngine)('a real llama-server', () => {
  let engine: LlamaServer
  let end = async () => {}
  beforeAll(async () => {
    engine = await startLlamaServer((kill) => {
      end = kill
    })
  })
  afterAll(() => end())

  test.each([
    ['synchronous', []],
    ['concurrent', ['--concurrency', '4']],
    ['constant', ['--rate', '4']],
    ['poisson', ['--rate', '4']],
    ['throughput', ['--max-concurrency', '8']],
  ])('load mode %s: no request fails, tokens and TPOT are those of the engine', async (mode, args) => {
    const document = await measureExactly(engine, ['--mode', mode, ...FEW, ...args])
    expect(outputsOf(document)).toHaveLength(4)
    expect(document.results).toMatchObject([{ test_name: 'load', passed: true, metrics: { mode } }])
  })

  test('a sweep: no request fails at any of its points', async () => {
    const args = ['--mode', 'sweep', '--sweep-points', '1', '--max-concurrency', '4', ...FEW]
    const document = await measureExactly(engine, args)
    const { curve } = document.results[0]!.metrics as { curve: { mode: string; failed_requests: number }[] }
    expect(curve.map(({ mode }) => mode)).toEqual(expect.arrayContaining(['synchronous', 'throughput']))
    expect(curve.map(({ failed_requests }) => failed_requests)).toEqual(curve.map(() => 0))
  })

  test('the benchmarks by name, one after another', async () => {
    const names = ['warmup_analysis', 'throughput', 'latency', 'load']
    const document = await measureExactly(engine, ['--benchmarks', names.join(), ...FEW])
    expect(document.results.map(({ test_name }) => test_name)).toEqual(names)
    expect(document).toMatchObject({ passed: true, passed_count: 4 })
  })

  test.each([
    ['quick', '1', 1],
    ['performance', '2', 3],
    ['standard', '1', 3],
  ])('suite %s, %s run(s) of it', async (suite, runs, benchmarks) => {
    const document = await measureExactly(engine, ['--suite', suite, '--runs', runs, ...FEW])
    expect(document).toMatchObject({ suite_name: suite, passed: true, failed_count: 0 })
    expect(document.passed_count).toBeGreaterThanOrEqual(benchmarks * Number(runs))
    expect(document.metrics['throughput']?.['output_tps']?.n).toBe(Number(runs))
  })

  test('the endpoint completions', async () => {
    const document = await measureExactly(engine, ['--endpoint', 'completions', ...FEW])
    expect(document.config.options).toMatchObject({ endpoint: 'completions' })
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runKitt } from './_server.ts'
import { startSimulator } from './_simulator.ts'

/** Every field of a value by its dotted name, without its value: what it is, not what was found. */
function shapeOf(value: unknown, name = ''): string[] {
  if (typeof value !== 'object' || value === null)
    return [`${name}:${value === null ? 'null' : typeof value}`]
  if (Array.isArray(value)) return [...new Set(value.flatMap((one) => shapeOf(one, `${name}[]`)))]
  return Object.entries(value).flatMap(([key, inner]) => shapeOf(inner, `${name}.${key}`))
}

async function measured(url: string, workers: number) {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-workers-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const load = [
    '--concurrency',
    '8',
    '--requests',
    '48',
    '--warmup',
    '16',
    '--output-tokens',
    '20',
    '--seed',
    '7',
  ]
  const options = ['--options', JSON.stringify({ workers }), '--results-dir', folder, '--json']
  const run = await runKitt(['run', '--url', url, '--model', 'm', ...load, ...options])
  expect(run.code, run.stderr).toBe(0)
  return JSON.parse(run.stdout)
}

/** What the network and the machine do is not the same twice. */
const fixed = (names: string[]) =>
  names
    .filter((name) => !/connect_ms|warnings|reconnects|delivery|command|workers|read_delay/.test(name))
    .sort()

test('results of two threads have the shape and the meaning of those of one', async () => {
  const url = await startSimulator(['--ttft', '60', '--tpot', '8'])
  const one = await measured(url, 1)
  const two = await measured(url, 2)
  expect(fixed(shapeOf(two))).toEqual(fixed(shapeOf(one)))
  for (const [threads, document] of [
    [1, one],
    [2, two],
  ]) {
    const { metrics, outputs } = document.results[0]
    expect(metrics).toMatchObject({
      successful_requests: 48,
      failed_requests: 0,
      output_tokens: 960,
      token_source: 'usage',
      client: { threads },
      finish_reasons: { length: 48 },
    })
    // One clock: each request begins after the one before it in its place has ended, and none before the first.
    expect(metrics.concurrency_peak).toBeLessThanOrEqual(8)
    expect(metrics.concurrency_mean).toBeGreaterThan(4)
    expect(metrics.ttft_ms.p50).toBeGreaterThan(59)
    expect(metrics.e2e_latency_ms.min).toBeGreaterThan(200)
    expect(Math.min(...outputs.map(({ at_ms }: { at_ms: number }) => at_ms))).toBe(0)
  }
})

test('an engine that is not there fails the requests of every thread', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-workers-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const options = ['--options', '{"workers":2}', '--results-dir', folder, '--json']
  const run = await runKitt(['run', '--url', 'http://127.0.0.1:9', '--model', 'm', ...options])
  expect(run.code).toBe(1)
  expect(run.stderr).toMatch(/could not be reached at http:\/\/127\.0\.0\.1:9\//)
})

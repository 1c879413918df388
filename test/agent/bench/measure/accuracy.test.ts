import { expect, test } from 'vitest'
import type { WindowMetrics } from '../../../../agent/bench/measure/window.ts'
import type { BenchOptions } from '../../../../agent/bench/options.ts'
import type { MeasuredDocument } from '../../../../agent/bench/report/document.ts'
import { runSuite } from '../../../../agent/bench/suites/suites.ts'
import { medianOf } from '../_added.ts'
import { servedSimulator } from '../_server.ts'

const TRUTH = { ttft_ms: 50, tpot_ms: 10, tokens: 64 }
const E2E_MS = TRUTH.ttft_ms + TRUTH.tpot_ms * (TRUTH.tokens - 1)

const measured = (baseUrl: string, options: BenchOptions): Promise<MeasuredDocument> =>
  runSuite({ baseUrl, model: 'm', engine: 'simulated', suite: 'quick', kittVersion: '0', options })

const FEWEST = 8
const MOST = 40

// A busy machine disturbs windows, and only delays: the median of the quickest quarter is held against the full tolerance.
test('TTFT, TPOT and throughput of a known engine are within 2 ms and 3 % of the truth', async () => {
  const baseUrl = await servedSimulator({ ttftMs: TRUTH.ttft_ms, tpotMs: TRUTH.tpot_ms })
  await measured(baseUrl, { requests: 15, output_tokens: 4 })
  const found: Found[] = []
  while (found.length < MOST) {
    const document = await measured(baseUrl, { requests: 2, output_tokens: TRUTH.tokens, warmup: 0 })
    const window = document.results[0]?.metrics as unknown as WindowMetrics
    found.push([window.ttft_ms!.p50, window.tpot_ms!.p50, window.output_tps!])
    if (found.length >= FEWEST && isTrue(...middle(quickest(found)))) return
  }
  expect.fail(`TTFT, TPOT, tok/s of the windows:\n${found.map((one) => one.join(' ')).join('\n')}`)
})

type Found = [ttft: number, tpot: number, outputTps: number]

const quickest = (found: Found[]) =>
  found.toSorted((a, b) => b[2] - a[2]).slice(0, Math.ceil(found.length / 4))

const middle = (found: Found[]) => [0, 1, 2].map((i) => medianOf(found.map((one) => one[i]!))) as Found

function isTrue(ttft: number, tpot: number, outputTps: number): boolean {
  const within = (value: number, truth: number) => Math.abs(value - truth) < Math.min(2, 0.03 * truth)
  const tps = (TRUTH.tokens * 1000) / E2E_MS
  return within(ttft, TRUTH.ttft_ms) && within(tpot, TRUTH.tpot_ms) && Math.abs(outputTps / tps - 1) < 0.03
}

test('the tolerance tells a bias of 2 ms, of 4 % and of a token', () => {
  expect(isTrue(50.9, 10.05, 93.5)).toBe(true)
  expect([isTrue(52, 10, 94), isTrue(48, 10, 94), isTrue(50, 10.4, 94)]).toEqual([false, false, false])
  expect([isTrue(50, 9.6, 94), isTrue(50, 10, 91)]).toEqual([false, false])
})

import { expect, test } from 'vitest'
import type { CampaignDetail } from '../../app/campaigns/schema.ts'
import { unusedFault } from '../../app/quicktests/known.ts'
import { rangesOf } from '../../dashboard/src/charts/ranges.ts'
import { benchmarkOf, benchmarkText, withBenchmarks } from '../../dashboard/src/lib/benchmark.ts'
import { partsOf } from '../../dashboard/src/lib/text-parts.ts'
import { partLegacy } from '../../dashboard/src/pages/results/legacy-names.ts'
import { reachOf } from '../../dashboard/src/pages/results/reach.ts'
import {
  defaultText,
  NOTHING_WANTED,
  optionsOf,
  sizeText,
  wantedOf,
} from '../../dashboard/src/pages/tests/measurement.ts'
import { SUITE_DEFAULTS } from '../../lib/suite-defaults.ts'

test('the bar of a group goes from its lowest setup to its highest, and averages none of them', () => {
  const of = (key: string, values: number[]) =>
    values.map((value, at) => ({ id: `${key}${at}`, group: 'qwen', setup: { key, name: key }, at, value }))
  const points = [...of('one user', [50, 52, 300]), ...of('32 users', [1900, 2000])]
  expect(rangesOf(points)).toEqual([{ name: 'qwen', low: 52, high: 1950, setups: 2, results: 5 }])
})

test('the form of a test says what an empty field stands for, in the numbers of its suite', () => {
  const { requests } = SUITE_DEFAULTS.quick
  expect(defaultText('requests', 'quick', 'throughput')).toBe(`${requests}, as the suite has it`)
  expect(defaultText('concurrency', 'quick', 'throughput')).toBe('1, one after the other')
  expect(defaultText('concurrency', 'quick', 'load')).toBe('Derived from the load')
  expect(defaultText('requests', 'no such suite', 'throughput')).toBe('Derived from the load')
  expect(sizeText('quick', {})).toBe(`${requests} requests, as the suite has it`)
  expect(sizeText('quick', { requests: 500 })).toBe('500 requests')
  expect(sizeText('quick', { seconds: 90 })).toBe('1\u00a0min\u00a030\u00a0s')
  expect(sizeText('quick', { seconds: 90, requests: 1 })).toBe(
    '1 request or 1\u00a0min\u00a030\u00a0s, whichever comes first',
  )
  expect(sizeText('own', {})).toBeUndefined()
})

test('a test that is run again with changes keeps every option, those without a field too', () => {
  const options = { mode: 'poisson', rate: 4, requests: 200, slo: { ttft_ms: 300 }, extra_body: { a: 1 } }
  const { wanted, others } = wantedOf(JSON.stringify(options))
  expect(wanted).toMatchObject({ mode: 'poisson', rate: '4', requests: '200', concurrency: '' })
  expect(others).toEqual({ slo: { ttft_ms: 300 }, extra_body: { a: 1 } })
  expect(optionsOf(wanted, 'load', others)).toEqual(options)
  expect(optionsOf(wanted, 'throughput', others)).not.toHaveProperty('mode')
  for (const odd of [undefined, '', '{', '[1]', '7', 'null'])
    expect(wantedOf(odd).others, String(odd)).toEqual({})
})

test('a test is called by the benchmark that runs, and its form begins with that', () => {
  const test = { suite_name: 'quick', benchmark_name: 'throughput', options: { mode: 'concurrent' } } as const
  expect(benchmarkText(test)).toBe('load')
  expect(benchmarkText({ ...test, options: { requests: 5 } })).toBe('throughput')
  expect(benchmarkText({ ...test, benchmark_name: 'latency' })).toBe('latency')
  expect(benchmarkText({ ...test, suite_name: 'standard' })).toBe('standard suite')
  const { wanted, others } = wantedOf(JSON.stringify(test.options))
  expect(optionsOf(wanted, benchmarkOf(test), others)).toEqual(test.options)
})

test('a campaign names the benchmarks that run, by the options of the run or of the campaign', () => {
  const run = { suite_name: 'quick', benchmark: 'throughput', options: null }
  const own = { ...run, options: { requests: 8 } }
  const campaign = { config: { options: { mode: 'sweep' } }, runs: [run, own] } as unknown as CampaignDetail
  expect(withBenchmarks(campaign).runs.map(({ benchmark }) => benchmark)).toEqual(['load', 'throughput'])
})

test('the form of a test asks for, and sends, only what its load mode uses', () => {
  const wanted = { ...NOTHING_WANTED, rate: '4', concurrency: '8', requests: '20' }
  const of = (benchmark: string, mode: string | null) => optionsOf({ ...wanted, mode }, benchmark)
  expect(of('throughput', null)).toEqual({ concurrency: 8, requests: 20 })
  expect(of('throughput', 'poisson')).toEqual({ concurrency: 8, requests: 20 })
  expect(of('load', null)).toEqual({ concurrency: 8, requests: 20 })
  expect(of('load', 'concurrent')).toEqual({ mode: 'concurrent', concurrency: 8, requests: 20 })
  expect(of('load', 'poisson')).toEqual({ mode: 'poisson', rate: 4, requests: 20 })
  expect(of('load', 'sweep')).toEqual({ mode: 'sweep', requests: 20 })
  for (const mode of [null, 'concurrent', 'constant', 'poisson', 'throughput', 'sweep'])
    expect(unusedFault(of('load', mode)), String(mode)).toBeUndefined()
})

test('a result is compared with the last valid runs before it, and leads to its neighbours', () => {
  const run = (day: number, valid = true) => ({
    ...{ result_id: `r${day}`, valid },
    at: new Date(Date.UTC(2026, 0, day)).toISOString(),
  })
  const same = [run(9), run(7), run(6, false), run(5), run(4), run(3), run(2)]
  expect(reachOf({ same }, { at: Date.UTC(2026, 0, 8) })).toEqual({
    ...{ before: 'r7', after: 'r9' },
    reference: ['r3', 'r4', 'r5', 'r7'],
  })
  expect(reachOf({ same: [] }, { at: 0 })).toEqual({ before: undefined, after: undefined, reference: [] })
})

test('old names of numbers are folded away where the current ones are there, and only there', () => {
  const measure = (name: string, benchmark = 'throughput') => ({ name, benchmark, value: 1, runs: [1] })
  const parted = partLegacy([measure('requests'), measure('avg_tps'), measure('avg_tps', 'old')])
  expect(parted.legacy).toEqual([measure('avg_tps')])
  expect(parted.current).toEqual([measure('requests'), measure('avg_tps', 'old')])
})

test('a text is cut where a search finds something, whatever the case', () => {
  expect(partsOf('An ERROR, another error', 'error').filter(({ isMatch }) => isMatch)).toEqual([
    { part: 'ERROR', isMatch: true, from: 3 },
    { part: 'error', isMatch: true, from: 18 },
  ])
  const whole = (text: string, query: string) =>
    partsOf(text, query)
      .map(({ part }) => part)
      .join('')
  for (const [text, query] of [
    ['aaaa', 'aa'],
    ['İi', 'i'],
    ['', 'x'],
    ['x', ''],
  ] as const)
    expect(whole(text, query)).toBe(text)
})

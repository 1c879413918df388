import { expect, test } from 'vitest'
import { meantMetric } from '../../../bin/gate/known-metrics.ts'
import { limit, limitLines } from '../../../bin/gate/limits.ts'
import { reportOf } from '../../../bin/gate/report.ts'
import { judgementOf, metricOf, reported } from './_report.ts'

test.each([
  ['worse', 1, 'worse'],
  ['better', 0, 'better'],
  ['same', 0, 'same'],
  ['small', 0, 'same'],
  ['unclear', 3, 'unclear'],
] as const)('a summary that is %s ends with %i', (verdict, exit_code, said) => {
  expect(reported(judgementOf([metricOf({ verdict })]))).toMatchObject({ exit_code, verdict: said })
})

test('with --unclear pass, what cannot be told passes, and nothing else does', () => {
  expect(reported(judgementOf([metricOf({ verdict: 'unclear' })]), true)).toMatchObject({
    exit_code: 0,
    verdict: 'unclear',
  })
  expect(reported(judgementOf(), true).exit_code).toBe(1)
  const left_out = [{ result_id: 'c1', reasons: ['failed'] }]
  const failed = judgementOf([], { runs: { base: ['b1'], candidate: [] }, left_out })
  expect(reported(failed, true)).toMatchObject({
    exit_code: 5,
    text: 'no run of the candidate can be judged: c1: it failed',
  })
})

test('not comparable is 4; a base without runs cannot tell', () => {
  const differs = [{ field: 'load.concurrency', before: 8, after: 16 }]
  const comparable = { level: 'not_comparable' as const, differs, remarks: [] }
  const summary = { verdict: 'unclear' as const, ratios: [], text: 'not comparable: different concurrency' }
  expect(reported(judgementOf([], { comparable, summary }))).toMatchObject({
    exit_code: 4,
    verdict: 'not_comparable',
    text: 'not comparable: different concurrency',
  })
  const alone = judgementOf([], { runs: { base: [], candidate: ['c1'] } })
  const own = reportOf(alone, [], { ids: [], isUnclearPassed: false, own_runs: 1 })
  expect(own).toMatchObject({ exit_code: 3, text: "cannot tell: the candidate is the baseline's only run" })
  expect(reported(alone)).toMatchObject({ exit_code: 3, text: expect.stringContaining('no runs') })
})

test('more failed requests are worse, although their runs are left out', () => {
  const rate = metricOf({
    ...{ name: 'error_rate', unit: 'ratio', better: 'lower', role: 'gate', delta: 0.01 },
    ...{ ratio: null, ci95: null },
  })
  const failed = judgementOf([rate], { runs: { base: ['b1'], candidate: [] } })
  expect(reported(failed)).toMatchObject({ exit_code: 1, lines: [{ limit: '+1 point' }] })
})

test('a line holds value, unit, limit and interval; those that decide come first', () => {
  const p99 = metricOf({ name: 'ttft_ms.p99', role: 'shown', better: 'lower', delta: 0.2 })
  const { lines } = reported(judgementOf([p99, metricOf()]))
  expect(lines.map(({ metric, limit }) => [metric, limit])).toEqual([
    ['output_tps', '−2 %'],
    ['ttft_ms.p99', '+20 %'],
  ])
  expect(lines[0]).toMatchObject({ value: 940, base: 1000, unit: 'tok/s', ci95: [0.92, 0.96], runs: 3 })
})

test.each([
  ['ttft_ms.p95<300', 299, 'within'],
  ['ttft_ms.p95<300', 300, 'beyond'],
  ['ttft_ms.p95 <= 300', 300, 'within'],
  ['output_tps>1e3', 1001, 'within'],
  ['output_tps>=1000', 999.9, 'beyond'],
  ['drift>-1.5', -1, 'within'],
])('the limit %s with a value of %f is %s', (text, mean, verdict) => {
  const [one] = limit(text)
  const observed = [{ setup: 's', metric: one?.metric ?? '', unit: null, mean, n: 1, sd: null }]
  expect(limitLines(limit(text), observed)).toMatchObject([{ verdict, role: 'limit' }])
})

test.each(['ttft', 'ttft<', '<300', 'ttft=300', 'ttft<300ms', 'a<1<2', 'ttft<1e'])(
  'the limit %s is refused',
  (text) => {
    expect(() => limit(text)).toThrow('It must be like ttft_ms.p95<300')
  },
)

test('a limit is beside the verdicts: beyond it is worse; one of a metric that is not there is an error', () => {
  const same = judgementOf([metricOf({ verdict: 'same' })])
  const lines = (mean: number) =>
    limitLines(limit('output_tps>900'), [
      { setup: 's', metric: 'output_tps', unit: 'tok/s', mean, n: 4, sd: 0.02 },
    ])
  const about = { ids: [], isUnclearPassed: true }
  expect(reportOf(same, lines(940), about)).toMatchObject({ exit_code: 0 })
  const beyond = reportOf(same, lines(890), about)
  expect(beyond).toMatchObject({ exit_code: 1, text: 'worse: output_tps is not > 900' })
  // t(0.975, 3) · 0.02 / 2 = 0.0318 around 890.
  expect(beyond.lines.at(-1)?.ci95?.map(Math.round)).toEqual([862, 919])
  const typo = reportOf(same, limitLines(limit('otput_tps>900'), []), about)
  expect(typo).toMatchObject({ exit_code: 5, text: 'not measured: otput_tps' })
  const near = reportOf(same, limitLines(limit('otput_tps>900'), []), { ...about, names: ['output_tps'] })
  expect(near.text).toBe('not measured: otput_tps (did you mean "output_tps"?)')
  expect(reportOf(undefined, lines(940), about)).toMatchObject({ exit_code: 0, text: 'within every limit' })
})

const KNOWN = ['output_tps', 'ttft_ms.p50', 'ttft_ms.p95', 'tpot_ms.p50', 'e2e_latency_ms.avg']
test.each([
  ['output_tpss', 'output_tps'],
  ['ttft.p95', 'ttft_ms.p95'],
  ['ttft_ms.p94', 'ttft_ms.p95'],
  ['e2e_latency.avg', 'e2e_latency_ms.avg'],
  ['ttft.p99', undefined],
  ['colour', undefined],
])('by %s is meant %s', (name, meant) => {
  expect(meantMetric(name, KNOWN)).toBe(meant)
})

import { expect, test } from 'vitest'
import { tps } from '../../agent/bench/benchmarks/benchmark.ts'
import { measured as inAlert, sizeOf } from '../../app/alerts/words.ts'
import { summary } from '../../app/campaigns/log.ts'
import { judgeRates } from '../../app/setups/statistics/rates.ts'
import { signed } from '../../app/setups/statistics/words.ts'
import { sentence } from '../../bin/terminal/live.ts'
import { measured as inTable } from '../../bin/terminal/table.ts'
import { metricText } from '../../dashboard/src/lib/format.ts'
import { plural } from '../../lib/format-number.ts'
import { metricWords } from '../../lib/main-metric.ts'

const counters = { total_runs: 1234, succeeded: 1230, failed: 4, skipped: 0, cancelled: 0 }
const progress = { done: 1200, total: 5000, metrics: { output_tps: 7980.4, ttft_ms: 1210.2 } }

test.each([
  ['the page', () => metricText(7980.4, 'tok/s').replace('\u00a0', ' '), '7,980 tok/s'],
  ['a table of the command line', () => inTable(7980.4), '7,980'],
  ['progress', () => sentence(progress), '1,200/5,000 requests · 7,980 tok/s · TTFT 1,210 ms'],
  ['a log of an agent', () => tps(7980.4), '7,980 tok/s'],
  [
    'a log of a campaign',
    () => metricWords({ name: 'output_tps', value: 7980.4, unit: 'tok/s' }),
    '7,980 tok/s',
  ],
  ['the end of a campaign', () => summary(counters), '1,230 of 1,234 runs succeeded, 4 failed'],
  ['an alert', () => inAlert('output_tps', 7980.4), '7,980 tok/s'],
  [
    'the size of an alert',
    () => `${sizeOf('output_tps', -9.9)}, ${sizeOf('ttft_ms.p50', 1234)}`,
    '9.9 %, 1,200 %',
  ],
  ['a verdict', () => signed(12.34), '+1,234 %'],
  [
    'a verdict on failures',
    () => judgeRates({ base: { failed: 300, total: 7980 }, candidate: { failed: 0, total: 768 } }).text,
    'fewer fail: 0 of 768 failed, 300 of 7,980 before',
  ],
  ['a count', () => [plural(1, 'run'), plural(1024, 'run')].join(', '), '1 run, 1,024 runs'],
])('%s writes a number as all others do', (_, written, text) => expect(written()).toBe(text))

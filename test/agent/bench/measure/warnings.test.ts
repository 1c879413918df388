import { describe, expect, test } from 'vitest'
import { windowWarnings } from '../../../../agent/bench/measure/warnings.ts'
import { measureWindow } from '../../../../agent/bench/measure/window.ts'
import { type ClientLoad, watchClient } from '../../../../agent/bench/request/loop-lag.ts'
import type { RequestRecord } from '../../../../agent/bench/request/record.ts'
import { isNote } from '../../../../app/results/warning-kinds.ts'
import { pause } from '../../../../lib/pause.ts'
import { bad, good } from '../_records.ts'

const QUIET: ClientLoad = {
  loop_lag_p99_ms: 1,
  cpu_pct: 10,
  threads: 1,
  read_delay_p50_ms: 0.1,
  reconnects: 0,
  connect_ms: null,
}
const hundred = (more: Partial<RequestRecord> = {}) =>
  Array.from({ length: 100 }, () => good(0, 50, 10, 20, more))

function codes(records: RequestRecord[], client = QUIET, reasons: string[] = []) {
  const throttled = reasons.some((reason) => reason !== 'sw_power_cap')
  const gpu = { samples: 1, memory_first_gb: 1, memory_peak_gb: 1, throttled, reasons }
  return windowWarnings(measureWindow(records), records, client, gpu).map((warning) => warning.code)
}

const first = (count: number, more: Partial<RequestRecord>) =>
  hundred().map((record, i) => (i < count ? { ...record, ...more } : record))

describe('warnings of a window', () => {
  const cases: [string, string[], string[]][] = [
    ['a sound window', codes(hundred()), []],
    [
      '5 of 100 failed',
      codes([...hundred().slice(5), ...Array.from({ length: 5 }, () => bad(0, 1))]).filter(
        (c) => c !== 'few_samples',
      ),
      [],
    ],
    ['6 of 106 failed', codes([...hundred(), ...Array.from({ length: 6 }, () => bad(0, 1))]), ['failures']],
    ['99 requests', codes(hundred().slice(1)), ['few_samples']],
    ['a loop that is late on a slow machine', codes(hundred(), { ...QUIET, loop_lag_p99_ms: 21 }), []],
    [
      'a loop that is late of its own work',
      codes(hundred(), { ...QUIET, loop_lag_p99_ms: 21, cpu_pct: 71 }),
      ['client_bound'],
    ],
    [
      'two threads with that work between them',
      codes(hundred(), { ...QUIET, loop_lag_p99_ms: 21, cpu_pct: 139, threads: 2 }),
      [],
    ],
    [
      'a client at its limits',
      codes(hundred(), { ...QUIET, loop_lag_p99_ms: 20, cpu_pct: 100, read_delay_p50_ms: 2 }),
      [],
    ],
    ['tokens read 2.1 ms late', codes(hundred(), { ...QUIET, read_delay_p50_ms: 2.1 }), ['client_bound']],
    ['a client that cannot tell', codes(hundred(), { ...QUIET, read_delay_p50_ms: null }), []],
    ['1 % of the input cached', codes(first(10, { cached_tokens: 1 })), ['prefix_cache']],
    ['0.9 % of the input cached', codes(first(9, { cached_tokens: 1 })), []],
    ['no usage', codes(first(1, { token_source: 'chunks' })), ['token_source_chunks']],
    ['11 % short answers', codes(first(11, { asked_tokens: 21 })), ['short_output']],
    ['10 % short answers', codes(first(10, { asked_tokens: 21 })), []],
    ['a GPU slowed by heat', codes(hundred(), QUIET, ['sw_thermal_slowdown']), ['throttled']],
    ['a GPU at its power limit', codes(hundred(), QUIET, ['sw_power_cap']), ['power_limited']],
    [
      'a GPU at its power limit and slowed by heat',
      codes(hundred(), QUIET, ['sw_power_cap', 'hw_thermal_slowdown']),
      ['throttled', 'power_limited'],
    ],
  ]

  test.each(cases)('%s: %j', (_, found, expected) => {
    expect(found).toEqual(expected)
  })

  test('a GPU at its power limit is a note, one that is slowed by heat a reason to doubt', () => {
    expect(['power_limited', 'throttled'].map(isNote)).toEqual([true, false])
  })

  test('warm-up requests raise none', () => {
    const warm = hundred({ warmup: true, cached_tokens: 10, asked_tokens: 99, token_source: 'chunks' })
    expect(codes([...hundred(), ...warm])).toEqual([])
  })
})

describe('the watch over the client', () => {
  test('sees a loop that is held up as late and busy', async () => {
    const stop = watchClient()
    for (let i = 0; i < 4; i++) {
      // Of its own processor time: a machine that does other work must not make it less.
      const before = process.cpuUsage()
      while (process.cpuUsage(before).user < 100_000);
      await pause(1)
    }
    const load = stop()
    expect(load.loop_lag_p99_ms).toBeGreaterThan(50)
    expect(load.cpu_pct).toBeGreaterThan(5)
  })

  test('sees an idle client as hardly busy', async () => {
    const stop = watchClient()
    await pause(200)
    expect(stop().cpu_pct).toBeLessThan(60)
  })
})

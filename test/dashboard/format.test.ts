import { describe, expect, test } from 'vitest'
import {
  differenceText,
  formatDuration,
  formatGb,
  formatNumber,
  formatPercent,
  metricText,
  unitsKept,
} from '../../dashboard/src/lib/format.ts'
import { plainText } from '../../dashboard/src/lib/plain-text.ts'
import { fromNow, parseTime, tickTime } from '../../dashboard/src/lib/time.ts'
import { visibleText } from '../../dashboard/src/lib/visible-text.ts'

/** With each number on one line with its unit. */
const kept = (text: string) => text.replaceAll(' ', '\u00a0')

describe('what a person reads', () => {
  test.each([
    [91.523, 'tok/s', '91.5 tok/s'],
    [1234.4, 'tok/s', '1,234 tok/s'],
    [99.96, 'ms', '100 ms'],
    [9.1, 'ms', '9.10 ms'],
    [0.0421, 'ms', '0.0421 ms'],
    [15_300, 'ms', '15.3 s'],
    [0.034, 'ratio', '3.40 %'],
    [0, 'ratio', '0 %'],
    [8, '', '8'],
    [-12.34, 'ms', '-12.3 ms'],
  ])('%d %s is %s', (value, unit, text) => expect(metricText(value, unit)).toBe(kept(text)))

  test.each([
    [3.14159, '+3.1 %'],
    [-12.4, '−12 %'],
    [-0.02, '0.0 %'],
    [0.02, '0.0 %'],
  ])('a change of %d is %s', (value, text) => expect(formatPercent(value)).toBe(kept(text)))

  test.each([
    [0.01, '0.010 s'],
    [3.29, '3.3 s'],
    [59.6, '1 min'],
    [125, '2 min 5 s'],
    [3600, '1 h'],
    [90_061, '1 d 1 h'],
  ])('%d seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(kept(text)))

  test('large and tiny numbers stay short', () => {
    expect(formatNumber(0.00001234)).toBe('1.2e-5')
    expect(formatNumber(123_456_789)).toBe('123,456,789')
    expect(formatGb(1840)).toBe(kept('1.84 TB'))
    expect([14.96, 0.8, 413].map(formatGb)).toEqual(['15.0 GB', '0.8 GB', '413 GB'].map(kept))
  })

  test('a time is told from now, and one in the future is now', () => {
    const now = Date.UTC(2026, 0, 15, 12)
    expect(fromNow(now - 2000, now)).toBe('now')
    expect(fromNow(now + 60_000, now)).toBe('now')
    expect(fromNow(now - 3 * 60_000, now)).toBe('3\u00a0min ago')
    expect(fromNow(now - 26 * 3_600_000, now)).toBe('yesterday')
    expect(fromNow(now - 40 * 86_400_000, now)).toBe('1\u00a0month ago')
    expect(fromNow(now - 800 * 86_400_000, now)).toBe('2\u00a0years ago')
  })

  test('a text of the server keeps each number on one line with its unit, and only these', () => {
    expect(unitsKept('12 % slower, 1.5 ms (8 in flight) of 3 setups')).toBe(
      '12\u00a0% slower, 1.5\u00a0ms (8\u00a0in flight) of 3 setups',
    )
  })

  test('a time without a zone is UTC, and what is no time is none', () => {
    expect(parseTime('2026-01-15T12:00:00')).toBe(Date.UTC(2026, 0, 15, 12))
    expect(parseTime('2026-01-15 12:00:00')).toBe(Date.UTC(2026, 0, 15, 12))
    expect(parseTime('2026-01-15T12:00:00+01:00')).toBe(Date.UTC(2026, 0, 15, 11))
    expect(parseTime(1_768_478_400)).toBe(Date.UTC(2026, 0, 15, 12))
    expect(parseTime('soon')).toBeUndefined()
  })

  test('a log line loses its colours and keeps its text, markup included', () => {
    expect(plainText('\u001b[32mINFO\u001b[0m <b>ok</b>\r')).toBe('INFO <b>ok</b>')
    expect(plainText('\u001b]0;title\u0007a\u0000b')).toBe('a·b')
  })
})

test.each([
  [17.4, 17.8831, 'ms', '+0.5 ms'],
  [415, 353.3, 'tok/s', '−62 tok/s'],
  [2996.4, 2639.6, 'tok/s', '−356 tok/s'],
  [9.98, 10.42, 'req/s', '+0.4 req/s'],
  [0.05, 0.062, 'ratio', '+1.20 points'],
  [0.05, 0.04, 'ratio', '−1 point'],
  [23_456, 24_690, 'ms', '+1.2 s'],
  [5, 8, '', '+3'],
  [12.37, 12.39, 'ms', ''],
  [2312.4, 2312.4211, 'tok/s', ''],
])('from %d to %d %s is the difference of what is shown: %s', (from, to, unit, text) => {
  expect(differenceText(from, to, unit)).toBe(kept(text))
})

test.each([
  ['model-\u202egnp.exe', 'model-\\u{202e}gnp.exe'],
  ['a\u200bb\u00adc\u{e0061}', 'a\\u{200b}b\\u{ad}c\\u{e0061}'],
  ['bell\u0007', 'bell\\u{7}'],
  ['two\n\tlines, 5\u00a0ms, مدل 模型 🦙 ⚙\ufe0f', 'two\n\tlines, 5\u00a0ms, مدل 模型 🦙 ⚙\ufe0f'],
])('%j is shown as %j', (text, shown) => expect(visibleText(text)).toBe(shown))

test('ticks of a time axis are as exact as they are close', () => {
  const shown = (step: number) =>
    [0, 1, 2].map((i) => tickTime(Date.parse('2026-11-29T13:02:07') + i * step * 1000, step))
  for (const step of [5, 60, 3600, 86_400]) expect(new Set(shown(step)).size, `${step} s`).toBe(3)
  expect(shown(5)[0]).toContain(':02:07')
  expect(shown(60)[0]).not.toContain(':07')
})

import { expect, test } from 'vitest'
import { createFollowing, remaining } from '../../bin/terminal/live.ts'

const streamOf = (isTTY: boolean) => {
  const written: string[] = []
  const write = (text: string) => written.push(text) > 0
  return { written, stream: { isTTY, columns: 80, write } as unknown as NodeJS.WriteStream }
}
const at = (done: number) => ({ done, total: 40, metrics: { output_tps: 91.52 } })

test('on a terminal one line is redrawn below the log, and cleared in the end', () => {
  const { written, stream } = streamOf(true)
  const live = createFollowing(stream)
  live.progress(at(0))
  live.log('  running')
  live.progress(at(20))
  live.end()
  expect(written.every((text) => text.startsWith('\r\u001b[K'))).toBe(true)
  expect(written.filter((text) => text.includes('\n'))).toEqual(['\r\u001b[K  running\n'])
  expect(written.at(-2)).toMatch(/█░+ 20\/40 requests · 91\.5 tok\/s · 1 s left$/)
  expect(written.at(-1)).toBe('\r\u001b[K')
})

test('elsewhere each quarter is a line', () => {
  const { written, stream } = streamOf(false)
  const live = createFollowing(stream)
  for (let done = 0; done <= 40; done++) live.progress(at(done))
  expect(written).toHaveLength(5)
  expect(written.at(-1)).toBe('  40/40 requests · 91.5 tok/s\n')
})

test('what time ends is as far as a share of it, and not in requests', () => {
  const { written, stream } = streamOf(false)
  const live = createFollowing(stream)
  live.progress({ done: 172, total: 200, unit: 'percent', metrics: {} })
  expect(written).toEqual(['  86 %\n'])
})

test.each([
  [10_000, 0.5, '10 s'],
  [60_000, 0.25, '3 min 0 s'],
  [3_600_000, 0.2, '4 h 0 min'],
  [1000, 0.01, undefined],
  [1000, 1, undefined],
  [1000, Number.NaN, undefined],
])('after %i ms and a share of %d, %s are left', (ms, share, left) => {
  expect(remaining(ms, share)).toBe(left)
})

import { expect, test } from 'vitest'
import { limitRepeats } from '../../lib/limit-repeats.ts'

test('the first hundred lines of a message in ten seconds are passed on; how many were left out is told after', () => {
  const lines: [object, string][] = []
  let now = 0
  const line = limitRepeats(
    (fields, message) => void lines.push([fields, message]),
    () => now,
  )
  for (let n = 0; n < 5000; n++) line({ n }, 'POST 503')
  line({}, 'another')
  expect(lines).toHaveLength(101)
  expect(lines.at(-1)).toEqual([{}, 'another'])
  now = 11_000
  line({ n: 5000 }, 'POST 503')
  expect(lines.slice(101)).toEqual([
    [{ left_out: 4900, seconds: 11 }, 'lines left out: POST 503'],
    [{ n: 5000 }, 'POST 503'],
  ])
  line({}, 'another')
  now = 22_000
  line({}, 'another')
  expect(lines).toHaveLength(105)
})

test('messages without end are not kept', () => {
  let passed = 0
  const line = limitRepeats(
    () => passed++,
    () => 0,
  )
  for (let n = 0; n < 5000; n++) line({}, `message ${n}`)
  expect(passed).toBe(5000)
})

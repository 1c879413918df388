import fc from 'fast-check'
import { expect, test } from 'vitest'
import { iso } from '../../app/clock.ts'

const END = 8.64e15

test('a time is written as Date writes it, of every year that it knows, before 1970 too', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.integer({ min: -END, max: END }),
        fc.integer({ min: 1.7e12, max: 1.8e12 }),
        fc.double({ min: -1e13, max: 1e13, noNaN: true }),
      ),
      (ms) => {
        expect(iso(ms)).toBe(new Date(ms).toISOString())
      },
    ),
  )
})

test('what is no time is refused, and null stays null', () => {
  for (const ms of [Number.NaN, Number.POSITIVE_INFINITY, END + 1e9])
    expect(() => iso(ms)).toThrow(RangeError)
  expect(iso(null)).toBe(null)
})

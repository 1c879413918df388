import fc from 'fast-check'
import { expect, test } from 'vitest'
import { retryAfter } from '../../lib/retry-after.ts'

const NOW = Date.UTC(2026, 9, 21, 7, 28)

test('Retry-After is a number of seconds or one of the dates of HTTP', () => {
  expect(retryAfter('120', NOW)).toBe(120)
  expect(retryAfter(' 0 ', NOW)).toBe(0)
  expect(retryAfter('1.2', NOW)).toBe(2)
  expect(retryAfter('Wed, 21 Oct 2026 07:30:00 GMT', NOW)).toBe(120)
  expect(retryAfter('Wednesday, 21-Oct-26 07:30:00 GMT', NOW)).toBe(120)
  expect(retryAfter('Wed Oct 21 07:30:00 2026 GMT', NOW)).toBe(120)
  // A date that has passed: at once.
  expect(retryAfter('Wed, 21 Oct 2015 07:28:00 GMT', NOW)).toBe(0)
})

test('nothing else is believed, and no wait over a day', () => {
  for (const text of [null, undefined, '', 'soon', '-5', '1e9', 'NaN', 'Infinity', 'Wed, 99 Oct 2026', '5 s'])
    expect(retryAfter(text, NOW), `${text}`).toBeUndefined()
  expect(retryAfter('9'.repeat(400), NOW)).toBe(86_400)
  expect(retryAfter('Wed, 21 Oct 2099 07:28:00 GMT', NOW)).toBe(86_400)
  fc.assert(
    fc.property(fc.string(), (text) => {
      const seconds = retryAfter(text, NOW)
      expect(seconds === undefined || (seconds >= 0 && seconds <= 86_400)).toBe(true)
    }),
  )
})

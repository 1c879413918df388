import { expect, test } from 'vitest'
import { timeReader } from '../../bin/db/import-legacy/times.ts'

const utc = (zone: string, text: unknown) => {
  const at = timeReader(zone)(text)
  return at === null ? null : new Date(at).toISOString()
}

test('local times are told in UTC, summer and winter, what SQLite wrote is UTC already', () => {
  for (const [zone, text, expected] of [
    ['UTC', '2026-07-01T12:00:00', '2026-07-01T12:00:00.000Z'],
    ['Europe/Berlin', '2026-07-01T12:00:00.123456', '2026-07-01T10:00:00.123Z'],
    ['Europe/Berlin', '2026-01-01T12:00:00.5', '2026-01-01T11:00:00.500Z'],
    ['Europe/Berlin', '2026-07-01 12:00:00', '2026-07-01T12:00:00.000Z'],
    ['Europe/Berlin', '2026-07-01T12:00:00+00:00', '2026-07-01T12:00:00.000Z'],
    ['America/New_York', '2026-03-08T03:30:00', '2026-03-08T07:30:00.000Z'],
    ['America/New_York', '2026-03-08T01:30:00', '2026-03-08T06:30:00.000Z'],
    ['Asia/Kolkata', '2026-01-01T00:00:00', '2025-12-31T18:30:00.000Z'],
    ['Pacific/Kiritimati', '2026-01-01T00:00:00', '2025-12-31T10:00:00.000Z'],
  ] as const) {
    expect(utc(zone, text), `${text} in ${zone}`).toBe(expected)
  }
})

test('what is no time is none, an unknown zone is an error', () => {
  for (const text of ['', null, undefined, 'yesterday', '2026-13-41T99:00:00', 5])
    expect(utc('UTC', text)).toBeNull()
  expect(() => timeReader('Mars/Olympus')).toThrow(RangeError)
})

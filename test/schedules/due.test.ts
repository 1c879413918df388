import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calendarOf } from '../../app/schedules/calendar.ts'
import { dueWork, nextDue, type ScheduleRow } from '../../app/schedules/due.ts'

/** Two thousand in the fault suite of tier 2. */
const RUNS = Number(process.env['SCHEDULE_SEEDS'] ?? 100)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'] as const
/** Around the changes of these zones in 2026, to summer time and from it. */
const CHANGES = ['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01'].map(
  (day) => Date.parse(`${day}T00:00Z`),
)

/** The wall clock of a zone, by `Intl` alone. */
const clocks = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    }),
  ]),
)
function wallClock(zone: (typeof ZONES)[number], at: number) {
  const parts = clocks.get(zone)?.formatToParts(at) ?? []
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return {
    day: Number(of('day')),
    hour: Number(of('hour')),
    minute: Number(of('minute')),
    weekday: of('weekday'),
  }
}

const daily = fc.record({
  zone: fc.constantFrom(...ZONES),
  minute: fc.integer({ min: 0, max: 59 }),
  hour: fc.integer({ min: 0, max: 23 }),
  weekdays: fc.constantFrom('*', 'MON-FRI', 'SUN'),
})

test('a daily calendar has one due time on each of its local days, at its wall time, or at the end of the missing hour', () => {
  fc.assert(
    fc.property(daily, fc.constantFrom(...CHANGES), ({ zone, minute, hour, weekdays }, change) => {
      const calendar = calendarOf(`${minute} ${hour} * * ${weekdays}`, zone)
      const from = change - 3 * DAY
      const times = calendar.next(from, 8).filter((at) => at < change + 4 * DAY)
      const days = new Map<number, number>()
      for (const at of times) {
        const wall = wallClock(zone, at)
        days.set(wall.day, (days.get(wall.day) ?? 0) + 1)
        const isMeant = wall.hour === hour && wall.minute === minute
        // The minute before the change that skips the wall time.
        const skipped = 60 * wall.hour + wall.minute > 60 * hour + minute
        expect(isMeant || (skipped && wallClock(zone, at - MINUTE).hour <= hour)).toBe(true)
        expect(weekdays === '*' || (weekdays === 'SUN') === (wall.weekday === 'Sun')).toBe(true)
      }
      for (let noon = from + 12 * HOUR; noon < change + 3 * DAY; noon += DAY) {
        const { day, weekday } = wallClock(zone, noon)
        const isDue = weekdays === '*' || (weekdays === 'SUN' ? weekday === 'Sun' : !/Sat|Sun/.test(weekday))
        if (noon > from + DAY) expect([day, days.get(day) ?? 0]).toEqual([day, isDue ? 1 : 0])
      }
    }),
    { numRuns: RUNS },
  )
})

/** What happens between two looks at a schedule. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ ms: fc.integer({ min: 1000, max: 2 * HOUR }), set: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ ms: fc.integer({ min: HOUR, max: 9 * DAY }), set: fc.constant(0) }) },
  {
    weight: 1,
    arbitrary: fc.record({ ms: fc.constant(0), set: fc.integer({ min: -2 * DAY, max: 2 * DAY }) }),
  },
)

test('each due time is taken once, whatever the clock does and however long no server runs', () => {
  const crons = ['0 2 * * *', '30 2 * * SUN', '0 */6 * * *', '15 1-3 * * *', '0 3 L * *']
  fc.assert(
    fc.property(
      fc.constantFrom(...crons),
      fc.constantFrom(...ZONES),
      fc.constantFrom(...CHANGES),
      fc.constantFrom('skip', 'run_once'),
      fc.constantFrom(0, 600),
      fc.array(step, { minLength: 5, maxLength: 25 }),
      (cron, timezone, change, missed, jitter_s, steps) => {
        const row = { id: 's', cron, timezone, missed, jitter_s } as unknown as ScheduleRow
        const calendar = calendarOf(cron, timezone)
        let now = change - 2 * DAY
        const first = now
        const next = nextDue(row, now)
        Object.assign(row, { next_due_at: next?.due ?? null, next_at: next?.at ?? null })
        const taken: number[] = []
        const unlisted: [from: number, to: number][] = []
        for (const { ms, set } of steps) {
          now += ms + set
          for (let work = dueWork(row, now); work; work = dueWork(row, now)) {
            const before = row.next_due_at as number
            const all = [...work.missed, ...(work.run === undefined ? [] : [work.run])]
            expect(work.earlier || all[0] === before || all.length === 0).toBe(true)
            if (work.earlier) unlisted.push([before, all[0] ?? now])
            taken.push(...all)
            expect(
              work.next === undefined || work.next.due > (all.at(-1) ?? before) || all.length === 0,
            ).toBe(true)
            Object.assign(row, { next_due_at: work.next?.due ?? null, next_at: work.next?.at ?? null })
          }
        }
        expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b))
        const last = taken.at(-1) ?? first
        const expected: number[] = []
        for (let at = calendar.after(first); at !== undefined && at <= last; at = calendar.after(at))
          expected.push(at)
        const isUnlisted = (at: number) => unlisted.some(([from, to]) => at >= from && at < to)
        expect(expected.filter((at) => !taken.includes(at) && !isUnlisted(at))).toEqual([])
        expect(taken.filter((at) => !expected.includes(at))).toEqual([])
      },
    ),
    { numRuns: RUNS },
  )
})

import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { emit, open, soon } from '../events/_stream.ts'

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

for (const [limit, count, line] of [
  ['1,000 events', 1200, 'short'],
  ['1 MB', 60, 'x'.repeat(40_000)],
] as const) {
  test(`26: a subscriber that stops reading is cut ${limit} behind, the others go on, and it misses nothing`, async () => {
    const app = await createTestApp()
    const [stalled, steady] = [await open(app), await open(app)]
    await soon(() => app.deps.bus.subscribers === 2)
    const reading = steady.until(() => steady.events.length >= count)
    for (let i = 0; i < count; i++) await emit(app, 1, { line })
    await reading
    await soon(() => app.deps.bus.subscribers === 1)
    expect(app.deps.bus.overflows).toBe(1)
    await stalled.toEnd()
    const last = stalled.ids().at(-1) ?? 0
    expect(last).toBeLessThan(count)
    const resumed = await open(app, '', { 'Last-Event-ID': String(last) })
    await resumed.until(() => resumed.ids().at(-1) === count)
    expect([...stalled.ids(), ...resumed.ids()]).toEqual(numbers(1, count))
    await Promise.all([steady.cancel(), resumed.cancel()])
  })
}

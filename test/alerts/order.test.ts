import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../agent/bench/random.ts'
import { TestClock } from '../_clock.ts'
import { createTestApp, freshDatabase } from '../_setup.ts'
import { aSetup, look, type Stored, standing, store } from './_series.ts'

const HOUR = 3_600_000

/** A series of four days: noise, single runs that stand out, and a loss from some run on, for good or for a while. */
const series = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  outliers: fc.uniqueArray(fc.integer({ min: 0, max: 31 }), { maxLength: 4 }),
  loss: fc.option(
    fc.record({ from: fc.integer({ min: 6, max: 31 }), runs: fc.integer({ min: 1, max: 31 }) }),
  ),
})
type Series = typeof series extends fc.Arbitrary<infer T> ? T : never

function runsOf({ seed, outliers, loss }: Series, start: number): Stored[] {
  const random = createRandom(seed)
  return Array.from({ length: 32 }, (_, i) => {
    const noise = 1 + 0.006 * (random() + random() - 1)
    const lost = loss && i >= loss.from && i < loss.from + loss.runs ? 0.92 : 1
    const tps = 100 * noise * lost * (outliers.includes(i) ? 0.8 : 1)
    return { id: `r${i}`, at: start + i * 3 * HOUR, tps }
  })
}

/** An order of arrival, in batches; between them the server may start anew, or another one beside it. */
const arrival = fc.record({
  order: fc.shuffledSubarray(
    Array.from({ length: 32 }, (_, i) => i),
    { minLength: 32, maxLength: 32 },
  ),
  sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 32, maxLength: 32 }),
  happens: fc.array(fc.constantFrom('nothing', 'restart', 'second', 'again'), {
    minLength: 32,
    maxLength: 32,
  }),
})

async function inOrder(given: Series) {
  const clock = new TestClock()
  const app = await createTestApp({ clock })
  await aSetup(app)
  for (const run of runsOf(given, clock.now())) {
    clock.set(run.at - clock.now())
    await store(app, [run])
    await look(app)
  }
  const found = await standing(app)
  await app.stop()
  return found
}

async function shuffled(
  given: Series,
  { order, sizes, happens }: { order: number[]; sizes: number[]; happens: string[] },
) {
  const clock = new TestClock()
  const dbPath = await freshDatabase()
  const runs = runsOf(given, clock.now())
  clock.set(runs.at(-1)!.at - clock.now())
  const apps = [await createTestApp({ clock, dbPath })]
  await aSetup(apps[0]!)
  for (let i = 0, n = 0; i < order.length; n++) {
    const batch = order.slice(i, i + sizes[n]!).map((k) => runs[k]!)
    i += batch.length
    const app = apps.at(-1)!
    await store(app, batch)
    if (happens[n] === 'again') await app.deps.db.writer.execute('UPDATE setup_runs SET judged = 0')
    if (happens[n] === 'restart') await app.stop()
    if (happens[n] !== 'nothing' && happens[n] !== 'again') apps.push(await createTestApp({ clock, dbPath }))
    await look(apps.at(-1)!)
  }
  const found = await standing(apps.at(-1)!)
  for (const app of apps) await app.stop()
  return found
}

test('the alerts of a series do not depend on the order in which its runs arrive, on restarts, on a second server, or on judging twice', async () => {
  let raised = 0
  await fc.assert(
    fc.asyncProperty(series, arrival, async (given, how) => {
      const expected = await inOrder(given)
      raised += expected.length
      expect(await shuffled(given, how)).toEqual(expected)
    }),
    { numRuns: 10, seed: 7 },
  )
  expect(raised).toBeGreaterThan(3)
})

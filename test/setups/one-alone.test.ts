import { expect, test } from 'vitest'
import { unindexed } from '../../app/setups/index-state.ts'
import { settled } from '../_clock.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { reporter } from '../results/_reports.ts'
import { measured } from './_document.ts'

/** An app to which documents are reported, a minute apart. */
async function reporting() {
  const app = await createTestApp()
  const { report } = await reporter(app)
  const send = async (...documents: object[]) => {
    for (const document of documents) {
      await app.clock.advance(60_000)
      await report({ ...document, timestamp: new Date(app.clock.now()).toISOString() })
    }
    await settled()
  }
  return { app, report, send }
}

/** Lets the server look again, as it does every 5 s. */
async function sweep(app: TestApp) {
  await app.clock.advance(6000)
  await settled()
}

/** Whatever else may be wrong with a document: the database takes no value of 13. */
const refuse = ({ deps }: TestApp, table: string, when: string) =>
  deps.write((tx) =>
    tx.execute(
      `CREATE TRIGGER refused BEFORE INSERT ON ${table} WHEN ${when} BEGIN SELECT RAISE(ABORT, 'refused'); END`,
      [],
    ),
  )

const warned = ({ logged }: TestApp, message: string) =>
  logged.filter((line) => line.level === 'warn' && line.message.includes(message))

const others = [1, 2, 3, 4, 5].map((n) => measured(100 + n))
const odd = (metrics: object, benchmark = 'throughput') => {
  const document = measured(1, { benchmark })
  const [result] = document.results
  return { ...document, results: [{ ...result, metrics: { ...result?.metrics, ...metrics } }] }
}

test('a result whose values cannot be stored has no setup, and keeps none from the others', async () => {
  const { app, send } = await reporting()
  await refuse(app, 'setup_values', 'NEW.value = 13')
  await send(odd({ output_tps: 13 }), ...others)
  await sweep(app)
  expect(await unindexed(app.deps)).toBe(0)
  expect((await app.call('GET', '/api/v1/setups')).body.items).toMatchObject([{ runs: 5 }])
  expect(warned(app, 'a result has no setup')).toMatchObject([{ fields: { seq: 1 } }])
})

test('a setup that cannot be judged keeps no other from being judged, and is tried again', async () => {
  const { app, send } = await reporting()
  const isOdd = `(SELECT model FROM setups WHERE id = NEW.setup_id) = 'odd'`
  await refuse(app, 'alerts', isOdd)
  const six = [100, 101, 99, 100, 100.5, 99.5]
  for (const model of ['odd', 'plain']) await send(...six.map((tps) => ({ ...measured(tps), model })))
  for (const model of ['odd', 'plain']) await send({ ...measured(50), model })
  await sweep(app)
  const labels = async () =>
    (await app.call('GET', '/api/v1/alerts')).body.items.map(
      ({ setup_label }: { setup_label: string }) => setup_label.split(' ')[0],
    )
  expect(await labels()).toEqual(['plain'])
  expect(warned(app, 'a setup was not judged').length).toBeGreaterThan(0)
  await app.deps.write((tx) => tx.execute('DROP TRIGGER refused', []))
  await sweep(app)
  expect((await labels()).sort()).toEqual(['odd', 'plain'])
})

test('a benchmark may have a metric that KITT has a name for, and counts and changes that nothing has', async () => {
  const { app, send } = await reporting()
  const own = { ...odd({}, 'my_cold_start'), environment: { load_times: { ready_s: 7 } } }
  const twice = odd({ successful_requests: 1e308 })
  const repeated = { ...twice, results: [...twice.results, { ...twice.results[0], run_number: 2 }] }
  const late = (ms: number) => ({
    ...odd({ ttft_ms: { count: 40, avg: ms, p50: ms, p95: ms, p99: ms } }),
    model: 'late',
  })
  const [result] = own.results
  await send({ ...own, results: [{ ...result, metrics: { ready_s: 41.5 } }] }, repeated, ...others)
  await send(...Array(8).fill(late(1e-300)), late(1e300))
  await sweep(app)
  expect(await unindexed(app.deps)).toBe(0)
  for (const message of ['no setup', 'not judged', 'not watched']) expect(warned(app, message)).toEqual([])
  const alerts = (await app.call('GET', '/api/v1/alerts')).body.items
  expect(alerts).toMatchObject([{ metric: 'ttft_ms.p50', delta_pct: expect.any(Number) }])
})

test('a result that comes while the one before is stored has its setup at once too', async () => {
  const { app, report } = await reporting()
  for (let turns = 0; turns < 12; turns++) {
    const at = (n: number) => new Date(app.clock.now() - n * 1000).toISOString()
    await report({ ...measured(100), timestamp: at(2 * turns) })
    for (let i = 0; i < turns; i++) await new Promise<void>((resolve) => setImmediate(resolve))
    await report({ ...measured(100), timestamp: at(2 * turns + 1) })
    await settled()
    expect(await unindexed(app.deps), `${turns} turns`).toBe(0)
  }
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { documentWith, reporter } from './_reports.ts'
import { seededApp } from './_seeded.ts'

type Row = Record<string, string | number | null>

async function seeded(results: number) {
  // Ties and gaps: some results at one time, some without a metric, a value twice.
  const app = await seededApp({ results, models: 7 }, [
    'UPDATE runs SET timestamp = timestamp / 600000 * 600000',
    "DELETE FROM metrics WHERE name = 'avg_tps' AND run_seq % 5 = 0",
    "UPDATE metrics SET value = 100 WHERE name = 'avg_tps' AND run_seq % 7 = 0",
    'UPDATE runs SET passed = NULL WHERE seq % 11 = 0',
  ])
  const { rows } = await app.deps.db.reader.execute(
    "SELECT runs.*, (SELECT value FROM metrics WHERE run_seq = seq AND name = 'avg_tps') AS value FROM runs",
  )
  return { ...app, rows: rows as unknown as Row[] }
}

/** What the list must answer, said in plain JavaScript. */
function expected(rows: Row[], query: Record<string, string>) {
  const equal = ['model', 'engine', 'suite_name', 'agent_id', 'campaign_id'].filter((key) => query[key])
  const flags = ['passed', 'simulated'].filter((key) => query[key])
  const sort = query['sort'] ?? '-timestamp'
  const key = sort.replace(/^-/, '').replace(/^metric:.*/, 'value')
  const by = key === 'value' ? ['value', 'seq'] : [...new Set([key, 'timestamp', 'seq'])]
  const sign = sort.startsWith('-') ? -1 : 1
  const order = (a: Row, b: Row) => {
    const column = by.find((name) => a[name] !== b[name])
    return column === undefined ? 0 : (a[column] as number) < (b[column] as number) ? -sign : sign
  }
  return rows
    .filter((row) => equal.every((name) => row[name] === query[name]))
    .filter((row) => flags.every((name) => row[name] === (query[name] === 'true' ? 1 : 0)))
    .filter((row) => !query['q'] || String(row['model']).includes(query['q'].toLowerCase()))
    .filter((row) => !query['since'] || Number(row['timestamp']) >= Date.parse(query['since']))
    .filter((row) => !query['until'] || Number(row['timestamp']) < Date.parse(query['until']))
    .filter((row) => key !== 'value' || row['value'] !== null)
    .sort(order)
    .map((row) => row['id'])
}

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 })
const time = fc
  .integer({ min: 0, max: 400 })
  .map((m) => new Date(Date.UTC(2026, 0, 15) - m * 60_000).toISOString())
const query = fc
  .record({
    model: maybe(fc.constantFrom('lab/model-01', 'lab/model-02', 'nothing')),
    engine: maybe(fc.constantFrom('engine-0', 'engine-1')),
    suite_name: maybe(fc.constantFrom('quick', 'performance')),
    agent_id: maybe(fc.constantFrom('agent-1', 'agent-2')),
    campaign_id: maybe(fc.constantFrom('campaign-1', 'campaign-2')),
    passed: maybe(fc.constantFrom('true', 'false')),
    simulated: maybe(fc.constantFrom('true', 'false')),
    q: maybe(fc.constantFrom('MODEL', 'model-0', '-03', '%', 'xyz')),
    since: maybe(time),
    until: maybe(time),
    sort: maybe(
      fc.constantFrom(
        'timestamp',
        '-timestamp',
        'model',
        '-model',
        'engine',
        '-engine',
        'metric:avg_tps',
        '-metric:avg_tps',
        '-metric:none',
      ),
    ),
    per_page: fc.integer({ min: 1, max: 100 }).map(String),
  })
  .map(
    (all) =>
      Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
        string,
        string
      >,
  )

/** Pages past the one that was meant: of a list of none, too. */
const beyond = fc.constantFrom(0, 0, 0, 1, 7)

test('every filter, order and page answers what a plain sort of all rows does', async () => {
  const { call, rows } = await seeded(400)
  await fc.assert(
    fc.asyncProperty(
      query,
      fc.double({ min: 0, max: 1.1, noNaN: true }),
      beyond,
      async (asked, where, past) => {
        const all = asked['sort'] === '-metric:none' ? [] : expected(rows, asked)
        const pages = Math.ceil(all.length / Number(asked['per_page']))
        const page = Math.max(1, Math.round(where * pages)) + past
        const { body } = await call(
          'GET',
          `/api/v1/results?${new URLSearchParams({ ...asked, page: String(page) })}`,
        )
        const from = (page - 1) * Number(asked['per_page'])
        expect(body.items.map(({ id }: { id: string }) => id)).toEqual(
          all.slice(from, from + Number(asked['per_page'])),
        )
        expect(body).toMatchObject({ total: all.length, pages, page, per_page: Number(asked['per_page']) })
      },
    ),
    { numRuns: 400 },
  )
})

test('a page past the end of a list is empty, whatever it is sorted by', async () => {
  const { call } = await seeded(40)
  for (const q of ['nothing-like-it', 'model', 'a'])
    for (const sort of ['-metric:avg_tps', 'metric:none', 'model', '-timestamp'])
      expect(await call('GET', `/api/v1/results?q=${q}&sort=${sort}&page=9`)).toMatchObject({
        status: 200,
        body: { items: [], page: 9 },
      })
})

test('totals and pages follow what is stored and deleted in between', async () => {
  const app = await createTestApp()
  const { report } = await reporter(app)
  const total = async (query: string) => (await app.call('GET', `/api/v1/results?${query}`)).body.total
  const totals = async () => [
    await total(''),
    await total('model=a'),
    await total('sort=metric:x'),
    await total('q=b'),
  ]
  expect(await totals()).toEqual([0, 0, 0, 0])
  const first = await report(documentWith({ x: 1 }, { model: 'a' }))
  expect(await totals()).toEqual([1, 1, 1, 0])
  await report(documentWith({ y: 1 }, { model: 'b' }))
  expect(await totals()).toEqual([2, 1, 1, 1])
  await app.call('DELETE', `/api/v1/results/${first}`)
  expect(await totals()).toEqual([1, 0, 0, 1])
  await report(documentWith({ x: 2 }, { model: 'a' }))
  expect(await totals()).toEqual([2, 1, 1, 1])
  const newest = await report(documentWith({ x: 3 }, { model: 'a' }))
  await app.call('DELETE', `/api/v1/results/${newest}`)
  await report(documentWith({ z: 3 }, { model: 'b' }))
  expect(await totals()).toEqual([3, 1, 1, 2])
})

test.each([
  ['page=0', 'page'],
  ['page=x', 'page'],
  ['per_page=101', 'per_page'],
  ['passed=yes', 'passed'],
  ['since=noon', 'since'],
  ['sort=digest', 'sort'],
  ['sort=metric:', 'sort'],
  ['model=a&model=b', 'model'],
])('%s is refused with 400, naming the field', async (query, path) => {
  const { call } = await createTestApp()
  const { status, body } = await call('GET', `/api/v1/results?${query}`)
  expect(status).toBe(400)
  expect(body.details).toEqual([expect.objectContaining({ path })])
})

test('lists are open, unless reads are protected', async () => {
  const open = await createTestApp()
  expect(await open.call('GET', '/api/v1/results', undefined, null)).toMatchObject({ status: 200 })
  const closed = await createTestApp({ protect_reads: true })
  expect(await closed.call('GET', '/api/v1/results', undefined, null)).toMatchObject({ status: 401 })
  expect(await closed.call('GET', '/api/v1/results', undefined, 'unknown-token')).toMatchObject({
    status: 403,
  })
})

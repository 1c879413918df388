import { expect, test } from 'vitest'
import { ApiError } from '../../app/client/client.ts'
import type { FileImported, ImportedRun } from '../../app/results/import-schema.ts'
import {
  type Dropped,
  FILES_MAX,
  ImportQueue,
  type Send,
} from '../../dashboard/src/pages/import/import-queue.ts'
import { countRuns, factsOf, lacking, runState, storedIds } from '../../dashboard/src/pages/import/missing.ts'

const MIB = 1024 * 1024

const dropped = (path: string, { bytes = 10, found = false } = {}): Dropped => {
  const file = new File(['x'], path)
  Object.defineProperty(file, 'size', { value: bytes })
  return { path, file, found }
}

const run = (more: Partial<ImportedRun> = {}): ImportedRun => ({
  ...{
    result_id: null,
    setup_id: null,
    state: 'stored',
    reason: null,
    model: 'm',
    engine: 'e',
    timestamp: null,
  },
  ...{ timestamp_source: 'file', benchmarks: ['load'], metrics: {}, missing: [], warnings: [] },
  ...more,
})

const answer = (dry_run: boolean, ...runs: ImportedRun[]): FileImported => ({
  ...{ format: 'vllm-serve', tool: 'vllm bench serve', version: null, dry_run, missing: [], warnings: [] },
  runs: runs.length > 0 ? runs : [run()],
})

/** A queue whose answers the test gives, and what is on its way. */
function withQueue(
  give: (path: string, dryRun: boolean, tries: number) => FileImported | { id: string; created: boolean },
) {
  const sent: { path: string; dryRun: boolean; facts: unknown }[] = []
  const pauses: number[] = []
  let [now, most, large, mostLarge] = [0, 0, 0, 0]
  const send: Send = async ({ path, file }, { dryRun, facts }) => {
    sent.push({ path, dryRun, facts })
    const isLarge = file.size > 4 * MIB
    now++
    if (isLarge) large++
    most = Math.max(most, now)
    mostLarge = Math.max(mostLarge, large)
    await new Promise((done) => setImmediate(done))
    now--
    if (isLarge) large--
    return give(path, dryRun, sent.filter((one) => one.path === path && one.dryRun === dryRun).length)
  }
  const queue = new ImportQueue(send, async (ms) => void pauses.push(ms))
  /** Resolves when nothing is on its way. */
  const settled = () =>
    new Promise<ReturnType<typeof queue.snapshot>>((resolve) => {
      const stop = queue.subscribe(() => {
        if (queue.snapshot().busy > 0) return
        stop()
        resolve(queue.snapshot())
      })
    })
  return { queue, sent, pauses, settled, most: () => ({ most, mostLarge }) }
}

const states = ({ entries }: { entries: readonly { path: string; state: string }[] }) =>
  Object.fromEntries(entries.map(({ path, state }) => [path, state]))

test('every file is checked dry, then imported with what was told; at most three at once, large ones alone', async () => {
  const { queue, sent, settled, most } = withQueue((path, dry) =>
    answer(dry, run({ result_id: dry ? null : path })),
  )
  const files = Array.from({ length: 30 }, (_, i) => dropped(`f${i}`, { bytes: i % 3 === 0 ? 8 * MIB : 10 }))
  queue.add(files)
  const checked = await settled()
  expect(new Set(Object.values(states(checked)))).toEqual(new Set(['checked']))
  expect(sent.every(({ dryRun, facts }) => dryRun && Object.keys(facts as object).length === 0)).toBe(true)
  queue.importAll(
    checked.entries.map(({ id }) => id),
    { tag: ['a'] },
  )
  const done = await settled()
  expect(new Set(Object.values(states(done)))).toEqual(new Set(['done']))
  expect(
    sent.slice(30).every(({ dryRun, facts }) => !dryRun && (facts as { tag: string[] }).tag[0] === 'a'),
  ).toBe(true)
  expect(storedIds(done.entries)).toHaveLength(30)
  expect(most()).toEqual({ most: 3, mostLarge: 1 })
})

test('a file that is too large is refused here, with what to do; one without a result in a folder is passed over', async () => {
  const { queue, sent, settled } = withQueue((path) => {
    const message = path.includes('bad')
      ? 'Line 3 is not valid JSON.'
      : 'The file is JSON of no format that KITT knows.'
    throw new ApiError(400, { error: message }, null)
  })
  queue.add([
    dropped('big.json', { bytes: 129 * MIB }),
    dropped('a/package.json', { found: true }),
    dropped('a/bad.json', { found: true }),
    dropped('alone.json'),
  ])
  const { entries, skipped } = await settled()
  expect(skipped).toBe(1)
  expect(entries.map(({ path, state, problem }) => [path, state, problem])).toEqual([
    ['big.json', 'refused', 'It is larger than 128 MiB. Import it in parts.'],
    ['a/bad.json', 'refused', 'Line 3 is not valid JSON.'],
    ['alone.json', 'refused', 'The file is JSON of no format that KITT knows.'],
  ])
  expect(sent.map(({ path }) => path)).not.toContain('big.json')
})

test('a full server is asked again after the time it tells; without one, the file can be sent again', async () => {
  let isAway = true
  const { queue, pauses, settled } = withQueue((path, dry, tries) => {
    if (path === 'full' && tries < 3)
      throw new ApiError(503, { error: 'Other large results are being read.' }, '2')
    if (path === 'away' && isAway) throw new TypeError('Failed to fetch')
    return answer(dry)
  })
  queue.add([dropped('full'), dropped('away')])
  const first = await settled()
  expect(states(first)).toEqual({ full: 'checked', away: 'failed' })
  expect(first.entries[1]?.problem).toBe('The server did not answer.')
  expect(pauses).toEqual([2000, 2000])
  isAway = false
  queue.retry()
  expect(states(await settled())).toEqual({ full: 'checked', away: 'checked' })
})

test('a file that is gone is told of; one that is dropped again is checked anew; there is a most', async () => {
  const { queue, sent, settled } = withQueue((_, dry) => answer(dry))
  const gone = dropped('gone')
  gone.file.slice = () =>
    ({ arrayBuffer: () => Promise.reject(new Error('NotReadableError')) }) as unknown as Blob
  queue.add([gone, dropped('a')])
  expect((await settled()).entries[0]?.problem).toContain('It cannot be read')
  queue.add([dropped('a')])
  expect((await settled()).entries).toHaveLength(2)
  expect(sent.filter(({ path }) => path === 'a')).toHaveLength(2)
  expect(queue.add(Array.from({ length: FILES_MAX }, (_, i) => dropped(`n${i}`)))).toBe(2)
  queue.clear()
})

test("KITT's own documents keep what was found in them", async () => {
  const { queue, settled } = withQueue((_, dry) =>
    dry ? answer(true, run({ model: 'own' })) : { id: 'r1', created: true },
  )
  queue.add([dropped('metrics.json')])
  const { entries } = await settled()
  queue.importAll([entries[0]?.id ?? 0], {})
  const [done] = (await settled()).entries
  expect(done?.answer).toMatchObject({
    dry_run: false,
    runs: [{ model: 'own', result_id: 'r1', state: 'stored' }],
  })
})

test('a run without its model asks for it, until it is told', () => {
  const asks = run({ state: 'refused', model: null, missing: ['model', 'host'] })
  const refused = run({ state: 'refused', reason: 'INVALID' })
  expect(runState(asks, true, {})).toBe('asks')
  expect(runState(asks, true, { model: ' ' })).toBe('asks')
  expect(runState(asks, true, { model: 'm' })).toBe('new')
  expect(runState(refused, true, { model: 'm', engine: 'e' })).toBe('refused')
  const entry = {
    ...dropped('f'),
    id: 1,
    state: 'checked' as const,
    answer: answer(true, asks, refused, run()),
  }
  expect(countRuns([entry], {})).toEqual({ new: 1, stored: 0, known: 0, asks: 1, refused: 1 })
  expect([...lacking([entry])]).toEqual([
    ['model', 1],
    ['host', 1],
  ])
})

test('what was typed becomes parameters: blank fields are left out, a date is that of this time zone', () => {
  expect(factsOf({ model: ' m ', engine: '', tag: 'a, b,,', timestamp: '2026-01-02T03:04' })).toEqual({
    ...{ model: 'm', tag: ['a', 'b'], timestamp: new Date('2026-01-02T03:04').toISOString() },
  })
  expect(factsOf({ timestamp: 'soon' })).toEqual({})
})

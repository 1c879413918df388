import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { seededApp } from '../results/_seeded.ts'
import { exportOf, measured, parquetOf, textOf } from './_exports.ts'

const URL_OF = 'http://test/api/v1/results/export'

/** The longest turn of the event loop while `work` runs, ms of processor time: others may use the machine. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  const used = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
  let longest = 0
  let last = used()
  let isOver = false
  const tick = () => {
    const now = used()
    longest = Math.max(longest, now - last)
    last = now
    if (!isOver) setImmediate(tick)
  }
  setImmediate(tick)
  await work()
  isOver = true
  return longest
}

test('an export is made as it is read: what is not read is not made, and a reader that is gone ends it', async () => {
  const app = await seededApp({ results: 1200 })
  const answer = await app.app.fetch(new Request(`${URL_OF}?format=csv`), { remoteAddress: '127.0.0.1' })
  const reader = answer.body?.getReader()
  await reader?.read()
  const deleted = await app.call('DELETE', `/api/v1/results/${(1200).toString(16).padStart(16, '0')}`)
  expect(deleted.status).toBe(200)
  let text = ''
  const decoder = new TextDecoder()
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
    text += decoder.decode(part.value)
  // It was the last one, and was not yet read when it was deleted.
  expect(text).not.toContain((1200).toString(16).padStart(16, '0'))
  expect(text).toContain((1199).toString(16).padStart(16, '0'))
})

test('a result that is stored meanwhile is not in an export', async () => {
  const app = await seededApp({ results: 900 })
  const answer = await app.app.fetch(new Request(`${URL_OF}?format=jsonl`), { remoteAddress: '127.0.0.1' })
  const reader = answer.body?.getReader()
  await reader?.read()
  await app.call('POST', '/api/v1/results/import', measured({ timestamp: '2027-01-01T00:00:00Z' }))
  let lines = 0
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
    lines += new TextDecoder().decode(part.value).split('"model":"Qwen/').length - 1
  expect(lines).toBe(0)
  expect(answer.headers.get('Kitt-Results')).toBe('900')
})

test('three exports run at a time; a fourth is asked to come again, until one has ended', async () => {
  const app = await seededApp({ results: 50 })
  const open = () => app.app.fetch(new Request(`${URL_OF}?format=csv`), { remoteAddress: '127.0.0.1' })
  const [first, second] = [await open(), await open()]
  const third = await open()
  const refused = await app.call('GET', '/api/v1/results/export')
  expect(refused).toMatchObject({
    status: 503,
    body: { error: 'Other exports are being written. Try again.' },
  })
  expect(refused.headers.get('retry-after')).toBe('5')
  await third.body?.cancel()
  expect((await exportOf(app, 'format=jsonl')).headers.get('Kitt-Results')).toBe('50')
  await first.text()
  await second.body?.cancel()
  const head = await app.app.fetch(new Request(URL_OF, { method: 'HEAD' }), { remoteAddress: '127.0.0.1' })
  expect([head.status, head.headers.get('Kitt-Results')]).toEqual([200, '50'])
  expect((await app.call('GET', '/api/v1/results/export?format=nothing')).status).toBe(400)
  const all = await Promise.all([open(), open(), open()])
  expect(all.map(({ status }) => status)).toEqual([200, 200, 200])
  for (const one of all) await one.body?.cancel()
})

test('an error in the middle breaks the answer off, and says so in the log', async () => {
  const app = await seededApp({ results: 600 }, ["UPDATE documents SET head = 'no JSON' WHERE run_seq = 590"])
  const answer = await app.app.fetch(new Request(`${URL_OF}?format=csv`), { remoteAddress: '127.0.0.1' })
  await expect(answer.text()).rejects.toThrow(/JSON/)
  expect(app.logged.map(({ message }) => message)).toContain('an export was cut off')
  expect((await exportOf(app, 'format=csv&model=nothing')).bytes.byteLength).toBeGreaterThan(0)
})

/** The least of a few tries: another program may have the processor amid one of them. */
async function longestStep(work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < 5 && least >= 100; tries++) least = Math.min(least, await longestTurn(work))
  return least
}

test('no step of an export of thousands of results holds up the server', async () => {
  const app = await seededApp({ results: 1500 })
  for (const query of ['format=csv', 'format=jsonl', 'format=llm-d']) {
    const longest = await longestStep(() => exportOf(app, query))
    expect(longest, query).toBeLessThan(100)
  }
  let rows = 0
  const longest = await longestStep(async () => {
    rows = (await exportOf(app, 'format=parquet')).bytes.byteLength
  })
  expect(longest).toBeLessThan(100)
  expect(rows).toBeGreaterThan(100_000)
  expect((await parquetOf(app, 'model=lab/model-03')).metadata.row_groups.length).toBeGreaterThan(0)
})

test('documents that are too large for one turn are read in their own time, with their requests', async () => {
  const app = await createTestApp()
  const outputs = Array.from({ length: 3000 }, (_, index) => ({
    index,
    ttft_ms: index / 8,
    output_tokens: 1,
  }))
  const big = measured({ notes: Array.from({ length: 8000 }, (_, i) => `a note that makes it long ${i}`) })
  const [result] = big.results
  await app.call('POST', '/api/v1/results/import', { ...big, results: [{ ...result, outputs }] })
  const { rows } = await parquetOf(app, 'requests=true')
  expect(rows).toHaveLength(3000)
  expect(rows[2999]).toMatchObject({ index: 2999, ttft_ms: 2999 / 8 })
  expect((await parquetOf(app, '')).rows).toMatchObject([{ output_tps: 64 }])
  const whole = JSON.parse(new TextDecoder().decode((await exportOf(app, 'format=json&outputs=true')).bytes))
  expect(whole[0].results[0].outputs).toHaveLength(3000)
  const listed = JSON.parse(new TextDecoder().decode((await exportOf(app, 'format=json')).bytes))
  expect(listed[0].results[0]).not.toHaveProperty('outputs')
})

test('a document of many slices comes out as it came in, in both formats; deleted in between, the file is cut off', async () => {
  const app = await createTestApp()
  // Characters of three bytes lie across the borders of slices, and line breaks within strings stay.
  const notes = Array.from({ length: 80_000 }, (_, i) => `${i} €${'ä€\n\t '.repeat(12)}`)
  const text = JSON.stringify(measured({ notes }), null, 2)
  expect(Buffer.byteLength(text)).toBeGreaterThan(9 * 1024 * 1024)
  await app.call('POST', '/api/v1/results/import', measured({ timestamp: '2026-01-01T00:00:00Z' }))
  const { status } = await app.call('POST', '/api/v1/results/import', text)
  expect(status).toBe(201)
  await app.call('POST', '/api/v1/results/import', measured({ timestamp: '2026-01-03T00:00:00Z' }))

  const listed = JSON.parse(await textOf(app, 'format=json'))
  expect(listed.map(({ timestamp }: { timestamp: string }) => timestamp.slice(0, 10))).toEqual([
    '2026-01-01',
    '2026-01-02',
    '2026-01-03',
  ])
  expect(listed[1].notes).toEqual(notes)
  for (const query of ['format=jsonl', 'format=jsonl&outputs=true']) {
    const lines = (await textOf(app, query)).trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(JSON.parse(lines[1] ?? '').notes).toEqual(notes)
    expect(lines[1]).not.toMatch(/[\r\n]/)
  }

  const answer = await app.app.fetch(new Request(`${URL_OF}?format=json`), { remoteAddress: '127.0.0.1' })
  const reader = answer.body?.getReader()
  for (let bytes = 0; bytes < 1024 * 1024; ) bytes += (await reader?.read())?.value?.byteLength ?? 0
  await app.call('DELETE', `/api/v1/results/${listed[1].id}`)
  const rest = async () => {
    for (let part = await reader?.read(); part && !part.done; ) part = await reader?.read()
  }
  await expect(rest()).rejects.toThrow('A result was deleted while it was written.')
})

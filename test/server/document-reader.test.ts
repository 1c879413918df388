import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import type { Log } from '../../app/log.ts'
import { DocumentQueue } from '../../app/results/documents.ts'
import { DocumentReader } from '../../app/server/documents/reader.ts'
import { temporaryFolder } from '../_setup.ts'

const BUILT = new URL('../../dist/bin/kitt.js', import.meta.url)
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const encoder = new TextEncoder()

function reader(given: Partial<ConstructorParameters<typeof DocumentReader>[0]> = {}) {
  const made = new DocumentReader({ program: BUILT, log: silent, ...given })
  onTestFinished(() => made.close())
  return made
}

/** A program that is started in a thread instead of KITT. */
function program(text: string): URL {
  const path = join(temporaryFolder(), 'thread.mjs')
  writeFileSync(path, `import { parentPort } from 'node:worker_threads'\n${text}`)
  return pathToFileURL(path)
}

const report = (more: string) => encoder.encode(`{"result_data":{"model":"m","engine":"e",${more}}}`)
const text = (bytes: string | Uint8Array | null | undefined) =>
  typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes ?? new Uint8Array())

test('14: a report is read in a thread as it is here: text, facts, metrics; its bytes are handed over', async () => {
  const { work } = reader()
  const outputs = JSON.stringify(Array(2000).fill('é €'.repeat(40)))
  const bytes = report(`"metrics":{"a":1.5},"outputs":${outputs}`)
  const { document, digest } = await work('report', bytes)
  expect(bytes.byteLength).toBe(0)
  expect(digest).toMatch(/^[0-9a-f]{64}$/)
  expect(text(document?.head)).toBe('{"model":"m","engine":"e","metrics":{"a":1.5}')
  expect(text(document?.raw_json)).toBe(`{"model":"m","engine":"e","metrics":{"a":1.5},"outputs":${outputs}}`)
  expect(document?.facts).toMatchObject({ model: 'm', engine: 'e' })
  expect(document?.metrics).toEqual([{ benchmark: '', run_number: 0, name: 'a', value: 1.5, headline: true }])
})

test('14: the bytes of a document are given back after their use, whether or not it ended well', async () => {
  const queue = new DocumentQueue(reader().work)
  const outputs = JSON.stringify(Array(4000).fill('x'.repeat(90)))
  for (const failed of [false, true]) {
    const seen: (string | Uint8Array | null | undefined)[] = []
    const use = async ({ document }: { document?: { raw_json: string | Uint8Array | null } | undefined }) => {
      seen.push(document?.raw_json)
      expect(text(document?.raw_json)).toContain(outputs)
      if (failed) throw new Error('It was not stored.')
    }
    const taken = queue.take('report', report(`"outputs":${outputs}`), use)
    await (failed ? expect(taken).rejects.toThrow('It was not stored.') : taken)
    expect(seen[0]).toHaveProperty('byteLength', 0)
  }
})

test('14: what is wrong with a document is told as it is here, and the next one is read', async () => {
  const { work } = reader()
  await expect(work('report', encoder.encode('{"x":'))).rejects.toMatchObject({
    status: 400,
    message: 'The body is not valid JSON.',
  })
  await expect(
    work('file', encoder.encode('{"engine":"e"}'), { asserted: { by: 'admin' } }),
  ).rejects.toMatchObject({
    status: 400,
    details: [{ path: 'model', message: expect.any(String) }],
  })
  await expect(work('report', new Uint8Array([0xff]))).rejects.toMatchObject({ status: 400 })
  expect((await work('report', report('"n":1'))).document?.facts.model).toBe('m')
})

test('14: documents are read in the order in which they came, however large', async () => {
  const { work } = reader()
  const done: number[] = []
  const sizes = [400_000, 10, 200_000, 10, 10]
  await Promise.all(
    sizes.map(async (size, i) => {
      await work('report', report(`"log":"${'x'.repeat(size)}"`))
      done.push(i)
    }),
  )
  expect(done).toEqual([0, 1, 2, 3, 4])
})

test('14: a document that needs more memory than there is is refused with 413, and the next one is read', async () => {
  const { work } = reader({ memoryMib: 32 })
  const lists = `"x":[${Array.from({ length: 190_000 }, (_, i) => `{"k${i}":${i}}`).join(',')}]`
  await expect(work('report', report(lists))).rejects.toMatchObject({
    status: 413,
    message: expect.stringContaining('32 MiB'),
  })
  expect((await work('report', report('"n":1'))).document?.facts.model).toBe('m')
})

test.each([
  ['ends at once', 'process.exit(1)'],
  ['throws', 'throw new Error("broken")'],
  ['throws at a document', 'parentPort.on("message", () => { throw new Error("broken") })'],
  ['says nothing', 'parentPort.on("message", () => {})'],
  ['is no program', 'import "./nowhere.mjs"'],
])('14: where the thread %s, each document is refused with 503 and the server goes on', async (_, text) => {
  const { work } = reader({ program: program(text), mostMs: 1000 })
  const asked = [work('report', report('"n":1')), work('report', report('"n":2'))]
  for (const one of asked)
    await expect(one).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': expect.any(String) } })
})

test('14: a stop refuses what is being read and what waits, and nothing is read after it', async () => {
  const made = reader({ program: program('parentPort.on("message", () => {})') })
  const asked = [made.work('report', report('"n":1')), made.work('report', report('"n":2'))]
  const refused = asked.map((one) => expect(one).rejects.toMatchObject({ status: 503 }))
  const began = performance.now()
  await made.close()
  await Promise.all(refused)
  await expect(made.work('report', report('"n":3'))).rejects.toMatchObject({ status: 503 })
  expect(performance.now() - began).toBeLessThan(5000)
})

test('14: the thread ends when there is nothing to read, and after it has read much', async () => {
  const counting = program(`import { appendFileSync } from 'node:fs'
    appendFileSync(new URL('./started', import.meta.url), 'x')
    parentPort.on('message', ({ bytes }) => parentPort.postMessage({ done: bytes.slice(0, 1) }))`)
  const started = () => readFileSync(new URL('./started', counting), 'utf8').length
  const { work } = reader({ program: counting, idleMs: 200 })
  await work('open', new Uint8Array(10))
  await work('open', new Uint8Array(10))
  expect(started()).toBe(1)
  await new Promise((resolve) => setTimeout(resolve, 600))
  await work('open', new Uint8Array(16 * 1024 * 1024))
  expect(started()).toBe(2)
  await work('open', new Uint8Array(10))
  expect(started()).toBe(3)
})

import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../db/open.ts'
import { registeredAgent } from '../_access.ts'
import { postKeyed } from '../_keyed.ts'
import { createTestApp, freshDatabase } from '../_setup.ts'

const HOUR_MS = 3_600_000

async function withAgent(dbPath?: string) {
  const app = await createTestApp(dbPath === undefined ? {} : { dbPath })
  const { id } = await registeredAgent(app, 'gpu-1')
  const test = { agent_id: id, model_path: 'Qwen/X', engine_name: 'vllm' }
  const launch = (key: string, asked: object = test) => postKeyed(app, '/api/v1/quicktest', key, asked)
  const launched = async (): Promise<number> => (await app.call('GET', '/api/v1/quicktest')).body.total
  return { app, test, launch, launched }
}

test('the same key with the same body answers what the first request answered, and creates nothing', async () => {
  const { app, test, launch, launched } = await withAgent()
  const first = await launch('key-1')
  expect(first.status).toBe(202)
  await app.call('POST', `/api/v1/quicktest/${first.body.id}/cancel`)
  expect(await launch('key-1')).toEqual(first)
  expect(await postKeyed(app, '/api/v1/quicktest/', 'key-1', test)).toEqual(first)
  expect(await launched()).toBe(1)
  expect((await launch('key-2')).body.id).not.toBe(first.body.id)
  await app.call('POST', '/api/v1/quicktest', test)
  await app.call('POST', '/api/v1/quicktest', test)
  expect(await launched()).toBe(4)
})

test('the same key with another body is refused', async () => {
  const { test, launch, launched } = await withAgent()
  await launch('key-1')
  const refused = await launch('key-1', { ...test, model_path: 'Qwen/Y' })
  expect(refused).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(/^Idempotency-Key: .*another body/) },
  })
  expect(await launched()).toBe(1)
})

test('twenty at once create once and all answer the same', async () => {
  const { launch, launched } = await withAgent()
  const answers = await Promise.all(Array.from({ length: 20 }, () => launch('key-1')))
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(answers[0]?.status).toBe(202)
  expect(await launched()).toBe(1)
})

// On the way of a remote database, a second one of the same process would block the first: a file has one writer.
test.skipIf(process.env['KITT_TEST_DATABASE'] === 'remote')(
  'two servers on one database create once',
  async () => {
    const first = await withAgent()
    const second = await createTestApp({ dbPath: first.app.dbPath })
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => first.launch('key-1')),
      ...Array.from({ length: 5 }, () => postKeyed(second, '/api/v1/quicktest', 'key-1', first.test)),
    ])
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await first.launched()).toBe(1)
  },
)

test('two bodies at once under one key: one is created, the other refused', async () => {
  const { test, launch, launched } = await withAgent()
  const answers = await Promise.all([launch('key-1'), launch('key-1', { ...test, model_path: 'Qwen/Y' })])
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 400])
  expect(await launched()).toBe(1)
})

test('a key holds for a day, a restart included, and is free after it', async () => {
  const { app, test, launch, launched } = await withAgent()
  const first = await launch('key-1')
  app.clock.set(23 * HOUR_MS)
  expect(await launch('key-1')).toEqual(first)
  const restarted = await createTestApp({ dbPath: app.dbPath })
  expect(await postKeyed(restarted, '/api/v1/quicktest', 'key-1', test)).toEqual(first)
  app.clock.set(HOUR_MS + 1)
  const later = await launch('key-1')
  expect(later.status).toBe(202)
  expect(later.body.id).not.toBe(first.body.id)
  expect(await launch('key-1')).toEqual(later)
  expect(await launched()).toBe(2)
})

test('what failed leaves its key free', async () => {
  const { test, launch, launched } = await withAgent()
  expect((await launch('key-1', { ...test, agent_id: 'nobody' })).status).toBe(404)
  expect((await launch('key-1', { ...test, engine_name: 'tgi' })).status).toBe(400)
  expect((await launch('key-1')).status).toBe(202)
  expect(await launched()).toBe(1)
})

test('a creation that is rolled back keeps no answer, and an answer is not kept without its creation', async () => {
  const { app, launch, launched } = await withAgent()
  const kept = async () =>
    (await app.deps.db.reader.execute('select count(*) as n from idempotency_keys')).rows[0]?.['n']
  await app.deps.db.writer.execute(
    "create trigger no_keys before insert on idempotency_keys begin select raise(abort, 'no'); end",
  )
  await expect(launch('key-1')).rejects.toThrow(/500/)
  expect([await launched(), await kept()]).toEqual([0, 0])
  await app.deps.db.writer.execute('drop trigger no_keys')
  expect((await launch('key-1')).status).toBe(202)
  expect([await launched(), await kept()]).toEqual([1, 1])
})

test.each([
  ['empty', ''],
  ['too long', 'k'.repeat(201)],
  ['not ASCII', 'clé'],
])('a key that is %s is refused', async (_, key) => {
  const { launch, launched } = await withAgent()
  expect(await launch(key)).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(/^Idempotency-Key/) },
  })
  expect(await launched()).toBe(0)
})

// The same as above: a file has one writer.
test.skipIf(process.env['KITT_TEST_DATABASE'] === 'remote')(
  'a server whose copy of the database does not have the first answer yet reads it again from one that has',
  async () => {
    const first = await withAgent()
    const second = await createTestApp({ dbPath: first.app.dbPath })
    const { db } = second.deps
    const [old, primary] = [await openDatabase({ url: `file:${await freshDatabase()}` }), db.read]
    onTestFinished(() => old.close())
    let isBehind = true
    Object.defineProperty(db, 'read', { get: () => (isBehind ? old.read : primary) })
    db.replica = { age: () => 0, behind: () => (isBehind = false) } as never
    const made = await first.launch('key-1')
    expect(await postKeyed(second, '/api/v1/quicktest', 'key-1', first.test)).toEqual(made)
    expect(await first.launched()).toBe(1)
  },
)

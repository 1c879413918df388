import { expect, test } from 'vitest'
import { Sending } from '../../app/http/sending.ts'
import { settled, TestClock } from '../_clock.ts'
import { ADMIN_TOKEN, createTestApp } from '../_setup.ts'

test('three large answers of different clients have a turn; others wait for theirs, in order', async () => {
  const sending = new Sending(new TestClock())
  const begun: string[] = []
  const turns = new Map<string, { end(): void }>()
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    void sending.turn(name).then((turn) => {
      begun.push(name)
      turns.set(name, turn)
    })
  await settled()
  expect(begun).toEqual(['a', 'b', 'c'])
  turns.get('b')?.end()
  // Told twice, it counts once.
  turns.get('b')?.end()
  await settled()
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
})

test('one that takes longer than 30 s is cut off while others wait, and not before', async () => {
  const clock = new TestClock()
  const sending = new Sending(clock)
  const cut: string[] = []
  for (const name of ['a', 'b', 'c']) {
    ;(await sending.turn(name)).onCut(() => cut.push(name))
    await clock.advance(1000)
  }
  await clock.advance(300_000)
  expect(cut).toEqual([])
  let waited = false
  void sending.turn('d').then(() => {
    waited = true
  })
  await clock.advance(1)
  expect([cut, waited]).toEqual([['a'], true])
})

test('who asks for many has two turns at most: others need not wait for the rest', async () => {
  const sending = new Sending(new TestClock())
  const begun: string[] = []
  const turns: { end(): void }[] = []
  for (const client of ['a', 'a', 'a', 'a', 'b', 'c'])
    void sending.turn(client).then((turn) => {
      begun.push(client)
      turns.push(turn)
    })
  await settled()
  expect(begun).toEqual(['a', 'a', 'b'])
  turns[2]?.end()
  await settled()
  expect(begun).toEqual(['a', 'a', 'b', 'c'])
  turns[0]?.end()
  await settled()
  expect(begun).toEqual(['a', 'a', 'b', 'c', 'a'])
})

const MIB = 1024 * 1024

test('a large result comes whole, however its database holds it', async () => {
  const app = await createTestApp()
  const { body: agent } = await app.call('POST', '/api/v1/agents/provision', { name: 'gpu' })
  for (const part of [
    { numbers: Array(200_000).fill(1.1234567) },
    { outputs: Array(30_000).fill('y'.repeat(100)) },
  ]) {
    const document = { model: 'm', engine: 'vllm', ...part }
    const path = `/api/v1/agents/${agent.agent_id}/results`
    const { body } = await app.call('POST', path, { result_data: document })
    const answer = await app.call('GET', `/api/v1/results/${body.result_id}`)
    expect(answer.body).toMatchObject(document)
  }
})

test('a short page before a large result keeps no turn', async () => {
  const app = await createTestApp()
  const { body: agent } = await app.call('POST', '/api/v1/agents/provision', { name: 'gpu' })
  for (const size of [390_000, 1]) {
    const result_data = { model: 'm', engine: 'vllm', numbers: Array(size).fill(1.2345678901234568e30) }
    expect((await app.call('POST', `/api/v1/agents/${agent.agent_id}/results`, { result_data })).status).toBe(
      202,
    )
    await app.clock.advance(1000)
  }
  for (let n = 0; n < 4; n++) {
    const { status, body } = await app.call('GET', `/api/v1/results?per_page=${n + 3}`)
    expect([status, body.truncated, body.items.length]).toEqual([200, true, 1])
  }
})

/** An app with a result of 5 MiB, and how it is read over HTTP. */
async function withLargeResult() {
  const app = await createTestApp()
  const { body } = await app.call('POST', '/api/v1/results/import', {
    ...{ model: 'm', engine: 'e', log: 'x'.repeat(5 * MIB) },
  })
  const read = () =>
    app.app.request(`/api/v1/results/${body.id}`, { headers: { Authorization: `Bearer ${ADMIN_TOKEN}` } })
  return { ...app, read }
}

test('who takes two large results slowly waits for a third, until the first is cut off', async () => {
  const { read, clock } = await withLargeResult()
  const slow = await Promise.all([read(), read()])
  const readers = slow.map((answer) => answer.body?.getReader())
  for (const reader of readers) expect((await reader?.read())?.value?.byteLength).toBe(64 * 1024)
  let answered = false
  const next = Promise.resolve(read()).then((answer) => {
    answered = true
    return answer.text()
  })
  await clock.advance(29_000)
  expect(answered).toBe(false)
  await clock.advance(2000)
  expect((await next).length).toBeGreaterThan(5 * MIB)
  await expect(readers[0]?.read()).rejects.toThrow('longer than others can wait')
  // Who goes away makes room at once.
  await (await read()).body?.cancel()
  expect((await (await read()).text()).length).toBeGreaterThan(5 * MIB)
  for (const reader of readers) await reader?.cancel().catch(() => {})
})

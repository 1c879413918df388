import { expect, test } from 'vitest'
import { Receiving } from '../../app/http/receiving.ts'
import { settled } from '../_clock.ts'
import { ADMIN_TOKEN, createTestApp } from '../_setup.ts'

test('bodies wait, in order, for those that are received; one alone may be larger than the bound', async () => {
  const receiving = new Receiving(10)
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const receive = async (name: string, bytes: number) => {
    ends.set(name, await receiving.enter(bytes))
    begun.push(name)
  }
  const end = async (name: string) => {
    ends.get(name)?.()
    await settled()
  }
  void receive('a', 6)
  void receive('b', 4)
  void receive('c', 8)
  void receive('d', 1)
  await settled()
  expect(begun).toEqual(['a', 'b'])
  await end('a')
  // Told twice, it counts once.
  await end('a')
  expect(begun, 'd does not overtake c').toEqual(['a', 'b'])
  await end('b')
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
  await end('c')
  void receive('large', 50)
  await end('d')
  expect(begun.at(-1)).toBe('large')
})

test('of ten results of 16 MiB that dawdle two are received; a small one passes them by, one that breaks off makes room', async () => {
  const app = await createTestApp()
  const { body: agent } = await app.call('POST', '/api/v1/agents/provision', { name: 'gpu' })
  const path = `http://test/api/v1/agents/${agent.agent_id}/results`
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${ADMIN_TOKEN}` }
  let asked = 0
  const stop: (() => void)[] = []
  const send = () => {
    const body = new ReadableStream(
      {
        pull(controller) {
          asked++
          stop.push(() => controller.error(new Error('left')))
          return new Promise(() => {})
        },
      },
      { highWaterMark: 0 },
    )
    const init = { method: 'POST', headers, body, duplex: 'half' }
    return Promise.resolve(app.app.request(path, init as RequestInit))
  }
  const sent = Array.from({ length: 10 }, send)
  await settled()
  expect(asked).toBe(2)
  const small = JSON.stringify({ result_data: { model: 'm', engine: 'vllm' } })
  const length = { ...headers, 'Content-Length': String(small.length) }
  expect((await app.app.request(path, { method: 'POST', headers: length, body: small })).status).toBe(202)
  for (let i = 0; i < 10; i++) {
    stop[i]?.()
    await settled()
  }
  expect(asked).toBe(10)
  await Promise.allSettled(sent)
})

test('a large result counts until it is stored: of many at once none is refused', async () => {
  const app = await createTestApp()
  const { body: agent } = await app.call('POST', '/api/v1/agents/provision', { name: 'gpu' })
  const log = 'x'.repeat(15 * 1024 * 1024)
  const sent = Array.from({ length: 6 }, (_, n) =>
    app.call('POST', `/api/v1/agents/${agent.agent_id}/results`, {
      result_data: { model: 'm', engine: 'vllm', n, log },
    }),
  )
  expect((await Promise.all(sent)).map(({ status }) => status)).toEqual(Array(6).fill(202))
})

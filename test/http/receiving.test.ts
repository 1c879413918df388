import { expect, test } from 'vitest'
import { Receiving } from '../../app/http/receiving.ts'
import { settled } from '../_clock.ts'
import { ADMIN_TOKEN, createTestApp } from '../_setup.ts'

test('bodies wait, in order, for those that are received; one alone may be larger than the bound', async () => {
  const receiving = new Receiving(10)
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const receive = (name: string, bytes: number) =>
    receiving.inTurn(bytes, () => {
      begun.push(name)
      return new Promise<void>((resolve) => ends.set(name, resolve))
    })
  const end = async (name: string) => {
    ends.get(name)?.()
    await settled()
  }
  void receive('a', 6)
  void receive('b', 4)
  void receive('c', 8)
  void receive('d', 1)
  expect(begun).toEqual(['a', 'b'])
  await end('a')
  expect(begun, 'd does not overtake c').toEqual(['a', 'b'])
  await end('b')
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
  await end('c')
  void receive('large', 50)
  await end('d')
  expect(begun.at(-1)).toBe('large')
})

test('a body that breaks off makes room for the next', async () => {
  const receiving = new Receiving(10)
  const broken = receiving.inTurn(10, () => Promise.reject(new Error('gone')))
  const next = receiving.inTurn(10, async () => 'read')
  await expect(broken).rejects.toThrow('gone')
  expect(await next).toBe('read')
})

test('of ten results of 16 MiB that dawdle four are received; a small one passes them by', async () => {
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
  expect(asked).toBe(4)
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

import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'

async function lab() {
  const app = await createTestApp()
  const names = async (kind: string, q = '') =>
    (await app.call('GET', `/api/v1/names?kind=${kind}&q=${encodeURIComponent(q)}`)).body
  const add = async (name: string): Promise<string> =>
    (await app.call('POST', '/api/v1/agents/virtual', { name })).body.agent_id
  const store = async (n: number, engine = 'vllm'): Promise<string> =>
    (await app.call('POST', '/api/v1/results/import', { model: `m${n % 3}`, engine, metrics: { tps: n } }))
      .body.id
  return { names, add, store }
}

test('an id, its beginning and a name find the same; the exact one comes first', async () => {
  const { names, add } = await lab()
  const id = await add('gpu-1')
  await add('gpu-10')
  for (const q of [id, id.slice(0, 6)])
    expect((await names('agent', q)).items, q).toEqual([{ id, name: 'gpu-1' }])
  const byName = await names('agent', 'gpu-1')
  expect(byName.items.map(({ name }: { name: string }) => name)).toEqual(['gpu-1', 'gpu-10'])
  expect(byName).toMatchObject({ more: false, near: null })
})

test('what nothing begins with is told with the nearest name', async () => {
  const { names, add, store } = await lab()
  await add('gpu-lab')
  await store(1, 'vllm')
  expect(await names('agent', 'gpu-lba')).toEqual({ items: [], more: false, near: 'gpu-lab' })
  expect(await names('engine', 'vlm')).toEqual({ items: [], more: false, near: 'vllm' })
  expect(await names('result', 'ffff')).toMatchObject({ items: [] })
  expect(await names('suite', 'x')).toMatchObject({ items: [], near: null })
})

test('without a text the newest are told, at most twenty; values of results once each', async () => {
  const { names, store } = await lab()
  const ids: string[] = []
  for (let n = 0; n < 21; n++) ids.unshift(await store(n))
  const found = await names('result')
  expect(found.items.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 20))
  expect(found.more).toBe(true)
  expect((await names('model')).items.map(({ id }: { id: string }) => id)).toEqual(['m0', 'm1', 'm2'])
  expect((await names('model', 'm1')).items).toEqual([{ id: 'm1', name: 'm1' }])
})

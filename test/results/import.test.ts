import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'

const path = '/api/v1/results/import'
const document = { model: 'm', engine: 'vllm', results: [{ test_name: 't', metrics: { output_tps: 5 } }] }

test('a result file is stored once, whatever its layout, byte for byte, and told of', async () => {
  const { app, call } = await createTestApp()
  const text = '{"engine":"vllm", "model":"m",\n "big": 12345678901234567890, "one": 1.0}'
  const post = async (body: string) => {
    const headers = {
      'Content-Type': 'application/json',
      Authorization: 'Bearer test-admin-token-0123456789',
    }
    const response = await app.fetch(new Request(`http://test${path}`, { method: 'POST', headers, body }), {
      remoteAddress: '127.0.0.1',
    })
    return { status: response.status, body: (await response.json()) as { id: string; created: boolean } }
  }
  const first = await post(text)
  expect(first).toMatchObject({ status: 201, body: { created: true } })
  expect(await post(text)).toEqual({ status: 200, body: { id: first.body.id, created: false } })
  expect(await post(text.replaceAll(' ', '').replace('\n', ''))).toMatchObject({
    status: 200,
    body: { created: false },
  })
  expect(await post(text.replace('1.0', '2.0'))).toMatchObject({ status: 201 })

  const { body } = await call('GET', `/api/v1/results/${first.body.id}`)
  expect(body).toMatchObject({ agent_id: null, quick_test_id: null, simulated: false, one: 1 })
  const shown = await app.fetch(new Request(`http://test/api/v1/results/${first.body.id}`))
  expect(await shown.text()).toMatch(/"big": ?12345678901234567890, ?"one": ?1\.0/)
  expect((await call('GET', '/api/v1/results')).body.total).toBe(2)
})

test('what says of itself that it is simulated is stored as that', async () => {
  const { call } = await createTestApp()
  const made = { ...document, system_info: { fingerprint: 'test-agent-1' } }
  for (const body of [made, { ...document, simulated: true }, { ...document, engine: 'simulated' }]) {
    const { body: answer } = await call('POST', path, body)
    expect((await call('GET', `/api/v1/results/${answer.id}`)).body.simulated).toBe(true)
  }
})

test('no token is 401, an agent 403, a document without model or of a wrong type 400, and nothing is stored', async () => {
  const { call } = await createTestApp()
  const { body: agent } = await call('POST', '/api/v1/agents/provision', { name: 'gpu-1' })
  expect((await call('POST', path, document, null)).status).toBe(401)
  expect((await call('POST', path, document, agent.token)).status).toBe(403)
  expect(await call('POST', path, { engine: 'vllm' })).toMatchObject({
    status: 400,
    body: { details: [{ path: 'model' }] },
  })
  expect((await call('POST', path, [document])).status).toBe(400)
  expect((await call('GET', '/api/v1/results')).body.total).toBe(0)
})

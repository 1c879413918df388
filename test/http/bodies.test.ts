import { describe, expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { addHost, launch, testRow } from '../jobs/_queue.ts'
import { ADMIN, furnished, ROUTES } from './_routes.ts'

type Sent = { body: BodyInit; headers?: Record<string, string> }

/** Bodies that no route takes, and what they are answered. */
const wrong: [string, Sent, number][] = [
  ['an array', { body: '[]' }, 400],
  ['a string', { body: '"x"' }, 400],
  ['a number', { body: '1' }, 400],
  ['null', { body: 'null' }, 400],
  ['broken JSON', { body: '{"a":' }, 400],
  ['two documents', { body: '{}{}' }, 400],
  ['bad UTF-8', { body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]) }, 400],
  ['depth 200,000', { body: `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}` }, 400],
  ['a form', { body: 'a=b', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, 415],
  ['plain text', { body: '{}', headers: { 'Content-Type': 'text/plain' } }, 415],
  ['a type that only ends like JSON', { body: '{}', headers: { 'Content-Type': 'text/x+json' } }, 415],
  ['no type', { body: new TextEncoder().encode('{}'), headers: { 'Content-Type': '' } }, 415],
  ['gzip', { body: '{}', headers: { 'Content-Encoding': 'gzip' } }, 415],
  ['17 MiB', { body: `{"a":"${'x'.repeat(17 * 1024 * 1024)}"}` }, 413],
]

const changing = ROUTES.filter(({ method }) => method !== 'GET')

describe('a body that no route takes', () => {
  for (const [name, { body, headers }, status] of wrong) {
    test(`${name}: ${status} with a sentence on every route, and nothing changes`, async () => {
      const { app, a, test, fill } = await furnished()
      for (const route of changing) {
        const response = await app.fetch(`http://test${fill(route.path)}`, {
          method: route.method,
          headers: { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/json', ...headers },
          body,
        })
        expect(response.status, route.key).toBe(status)
        expect(await response.json(), route.key).toEqual({ error: expect.stringMatching(/^The |^Bodies/) })
      }
      expect((await testRow(app, test)).status).toBe('running')
      expect((await app.call('GET', `/api/v1/agents/${a.id}`)).status).toBe(200)
    })
  }
})

/** A body that goes on until its reader has enough; tells how much it gave. */
function endless() {
  const told = { bytes: 0, cancelled: false }
  const chunk = new TextEncoder().encode(' '.repeat(64 * 1024))
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      told.bytes += chunk.byteLength
      controller.enqueue(chunk)
    },
    cancel() {
      told.cancelled = true
    },
  })
  return { body, told }
}

test('an endless body is read to its limit and no further: 413', async () => {
  const { app } = await createTestApp()
  for (const [path, limit] of [
    ['/api/v1/quicktest', 1],
    ['/api/v1/agents/x/results', 16],
  ] as const) {
    const { body, told } = endless()
    const request = new Request(`http://test${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/json' },
      body,
      duplex: 'half',
    } as RequestInit)
    expect((await app.fetch(request)).status).toBe(413)
    expect(told.bytes).toBeLessThan((limit + 1) * 1024 * 1024)
    expect(told.cancelled).toBe(true)
  }
})

test('a body of exactly the limit is taken, one byte more is not; results may be larger', async () => {
  const app = await createTestApp()
  const { id } = await addHost(app)
  const sized = (bytes: number) => {
    const [head, tail] = ['{"command_id":"', '"}']
    return head + 'x'.repeat(bytes - head.length - tail.length) + tail
  }
  const MIB = 1024 * 1024
  const post = async (path: string, bytes: number) => (await app.call('POST', path, sized(bytes))).status
  expect(await post('/api/v1/quicktest', MIB)).toBe(400)
  expect(await post('/api/v1/quicktest', MIB + 1)).toBe(413)
  expect(await post(`/api/v1/agents/${id}/results`, 16 * MIB)).toBe(400)
  expect(await post(`/api/v1/agents/${id}/results`, 16 * MIB + 1)).toBe(413)
})

test('without a token the body is not even read', async () => {
  const { app } = await createTestApp()
  const { body, told } = endless()
  const request = new Request('http://test/api/v1/quicktest', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
    duplex: 'half',
  } as RequestInit)
  expect((await app.fetch(request)).status).toBe(401)
  expect(told.bytes).toBeLessThan(256 * 1024)
})

const odd: [string, string][] = [
  ['__proto__', '{"agent_id":"A","model_path":"m","engine_name":"vllm","__proto__":{"force":true}}'],
  [
    'constructor',
    '{"agent_id":"A","model_path":"m","engine_name":"vllm","constructor":{"prototype":{"x":1}}}',
  ],
  ['1e999', '{"agent_id":"A","model_path":"m","engine_name":"vllm","force":1e999}'],
  ['100,000 keys', `{${Array.from({ length: 80_000 }, (_, i) => `"k${i}":1`).join(',')}}`],
  ['a key of 900 KB', `{"${'k'.repeat(900_000)}":1}`],
]
for (const [name, body] of odd) {
  test(`an odd object (${name}) is refused where keys must be known, in a short answer`, async () => {
    const app = await createTestApp()
    const answer = await app.call('POST', '/api/v1/quicktest', body)
    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer.body).length).toBeLessThan(20_000)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })
}

test('what agents send may hold keys nobody knows, deep ones and odd ones; it is ignored', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  const deep = `${'{"a":'.repeat(150)}1${'}'.repeat(150)}`
  const beat = `{"uptime_s":1,"future":${deep},"__proto__":{"status":"x"},"hasOwnProperty":1}`
  const answer = await app.call('POST', `/api/v1/agents/${host.id}/heartbeat`, beat)
  expect(answer).toMatchObject({ status: 200, body: { ack: true } })
  const test = await launch(app, host.id)
  const [command] = (await host.beat({ uptime_s: 2 })).commands
  const report = `{"command_id":"${command?.command_id}","status":"completed","x":{},"result_data":{"model":"m","engine":"e","deep":${deep},"big":1e999,"__proto__":{"a":1}}}`
  const taken = await app.call('POST', `/api/v1/agents/${host.id}/results`, report)
  expect(taken.status).toBe(202)
  expect((await testRow(app, test)).result_id).toBe(taken.body.result_id)
  const stored = await app.app.fetch(new Request(`http://test/api/v1/results/${taken.body.result_id}`))
  const text = await stored.text()
  expect(text).toContain(`"deep":${deep}`)
  expect(text).toContain('"big":1e999')
})

test('a request that needs no body may come without one, with an empty one, or with an empty object', async () => {
  const { app, a } = await furnished()
  const path = `http://test/api/v1/agents/${a.id}/cleanup`
  for (const init of [
    {},
    { headers: { 'Content-Type': 'application/json' } },
    { body: '', headers: { 'Content-Type': 'application/json' } },
    { body: '{}', headers: { 'Content-Type': 'application/json; charset=utf-8' } },
    { body: '{}', headers: { 'Content-Type': 'Application/JSON' } },
  ]) {
    const headers = { ...init.headers, Authorization: `Bearer ${ADMIN}` }
    expect((await app.fetch(path, { method: 'POST', ...init, headers })).status).toBe(202)
  }
})

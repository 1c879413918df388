import { expect, test } from 'vitest'
import { ADMIN_TOKEN, createTestApp } from '../_setup.ts'
import { addHost, launch, testRow } from '../queue/_queue.ts'

const keys = (n: number) => `{${Array.from({ length: n }, (_, i) => `"k${i}":1`).join(',')}}`
const deep = (n: number) => `{"command_id":"c","x":${'['.repeat(n)}${']'.repeat(n)}}`

const odd: [string, string][] = [
  ['__proto__', '{"agent_id":"A","model_path":"m","engine_name":"vllm","__proto__":{"force":true}}'],
  [
    'constructor',
    '{"agent_id":"A","model_path":"m","engine_name":"vllm","constructor":{"prototype":{"x":1}}}',
  ],
  ['1e999', '{"agent_id":"A","model_path":"m","engine_name":"vllm","force":1e999}'],
  ['40,000 keys', keys(40_000)],
  ['a key of 900 KB', `{"${'k'.repeat(900_000)}":1}`],
]
for (const [name, body] of odd) {
  test(`33: an odd object (${name}) is refused where keys must be known, in a short answer`, async () => {
    const app = await createTestApp()
    const answer = await app.call('POST', '/api/v1/quicktest', body)
    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer.body).length).toBeLessThan(20_000)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })
}

test('33: what agents send may hold keys nobody knows, deep ones and odd ones; it is ignored', async () => {
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

const BURDENS: [string, string, string][] = [
  ['a million keys in a result', 'agents/:id/results', keys(1_000_000)],
  ['90,000 keys', 'quicktest', keys(90_000)],
  ['depth 200,000', 'quicktest', deep(200_000)],
  ['depth 4,000,000 in a result', 'agents/:id/results', deep(4_000_000)],
]

/** The milliseconds of CPU that something takes in this process, the least of several tries: the others were disturbed. */
async function cpuOf(act: () => Promise<unknown>): Promise<number> {
  const tries: number[] = []
  for (let i = 0; i < 7; i++) {
    const before = process.cpuUsage()
    await act()
    const { user, system } = process.cpuUsage(before)
    tries.push((user + system) / 1000)
  }
  return Math.min(...tries)
}

for (const [name, path, body] of BURDENS) {
  test(`33: ${name} is 400 without being parsed: at most 50 ms of CPU`, async () => {
    const app = await createTestApp()
    const { id } = await addHost(app)
    const bytes = new TextEncoder().encode(body)
    const headers = { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' }
    const url = `http://test/api/v1/${path.replace(':id', id)}`
    const ms = await cpuOf(async () => {
      const response = await app.app.fetch(new Request(url, { method: 'POST', headers, body: bytes }))
      expect(response.status).toBe(400)
      expect(await response.json()).toEqual({
        error: expect.stringMatching(/^The body (has more than|nests)/),
      })
    })
    expect(ms).toBeLessThan(50)
  })
}

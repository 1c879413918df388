import { expect, onTestFinished, test } from 'vitest'
import { startFleet } from '../../../agent/virtual/fleet.ts'
import { tokenForVirtual } from '../../../app/agents/tokens.ts'
import { watchAgents } from '../../../app/agents/watch.ts'
import { createClient } from '../../../app/client/client.ts'
import { ADMIN_TOKEN, createTestApp, type TestApp } from '../../_setup.ts'
import { lines, states, testRow, told } from '../../queue/_queue.ts'

/** A test of about a second, or of minutes. */
const SHORT = { requests: 4, output_tokens: 20, warmup: 0, runs: 1 }
const LONG = { ...SHORT, requests: 1000 }

/** The virtual agents of whatever server runs now; none runs while it is away. */
async function fleet(faults: (request: Request) => Response | undefined = () => undefined) {
  const server: { app: TestApp | undefined; missed: number } = { app: await createTestApp(), missed: 0 }
  const said: string[] = []
  const send = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    const fault = faults(request)
    if (fault) return fault
    if (!server.app) {
      server.missed++
      throw new TypeError('fetch failed')
    }
    return server.app.app.fetch(request, { remoteAddress: '127.0.0.1' })
  }
  const clientFor = (token: string) =>
    createClient({ baseUrl: 'http://test', token, fetch: send as typeof fetch })
  const running = startFleet({
    admin: clientFor(ADMIN_TOKEN),
    clientFor,
    tokenFor: async (id) => {
      if (!server.app || faults(new Request(`http://test/tokens/${id}`)))
        throw new Error('The server is busy.')
      return tokenForVirtual(server.app.deps, id)
    },
    watchAgents: watchAgents((server.app as TestApp).deps),
    version: '2.0.0',
    say: (line) => void said.push(line),
  })
  onTestFinished(() => running.stop())
  return { server, app: server.app as TestApp, said, running }
}

const add = async (app: TestApp, name: string) =>
  (await app.call('POST', '/api/v1/agents/virtual', { name })).body.agent_id as string

async function launch(app: TestApp, agent_id: string, options: object = SHORT) {
  const body = { agent_id, model_path: 'demo', engine_name: 'simulated', options }
  const answer = await app.call('POST', '/api/v1/quicktest', body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(202)
  return answer.body.id as string
}

const reaches = (app: TestApp, id: string, status: string) =>
  expect.poll(async () => (await testRow(app, id)).status, { timeout: 20_000, interval: 20 }).toBe(status)

test('a virtual agent takes a test at once, reports its log and progress, and its result is simulated', async () => {
  const { app } = await fleet()
  const agent = await add(app, 'v1')
  const id = await launch(app, agent)
  await reaches(app, id, 'completed')
  const test = await testRow(app, id)
  expect(test).toMatchObject({ attempt: 1, error: null, progress: { done: expect.any(Number) } })
  const { body: result } = await app.call('GET', `/api/v1/results/${test.result_id}`)
  expect(result).toMatchObject({
    simulated: true,
    engine: 'simulated',
    agent_id: agent,
    quick_test_id: id,
    passed: true,
  })
  expect((await lines(app, id)).length).toBeGreaterThan(1)
  expect((await told(app, id, 'status')).map(({ status }) => status)).toEqual([
    'queued',
    'dispatched',
    'running',
    'completed',
  ])
})

test('cancelling stops the test within moments, and the next one is taken', async () => {
  const { app } = await fleet()
  const agent = await add(app, 'v1')
  const long = await launch(app, agent, LONG)
  await reaches(app, long, 'running')
  const next = await launch(app, agent)
  await app.call('POST', `/api/v1/quicktest/${long}/cancel`)
  await reaches(app, next, 'completed')
  expect(await testRow(app, long)).toMatchObject({ status: 'cancelled', result_id: null })
  expect(await states(app, long)).toEqual(['cancelled'])
})

test('a restart of the server in the middle of a test is not noticed in its outcome', async () => {
  const { app, server } = await fleet()
  const id = await launch(app, await add(app, 'v1'), { ...SHORT, requests: 8 })
  await reaches(app, id, 'running')
  server.app = undefined
  await app.stop()
  await expect.poll(() => server.missed).toBeGreaterThan(1)
  const again = await createTestApp({ dbPath: app.dbPath, clock: app.clock })
  server.app = again
  await reaches(again, id, 'completed')
  expect(await states(again, id)).toEqual(['succeeded'])
  const log = await lines(again, id)
  expect(new Set(log).size).toBe(log.length)
  expect((await testRow(again, id)).result_id).toEqual(expect.any(String))
})

test('two virtual agents work at the same time', async () => {
  const { app } = await fleet()
  const [a, b] = [await add(app, 'v1'), await add(app, 'v2')]
  const [one, two] = [await launch(app, a, LONG), await launch(app, b, LONG)]
  await reaches(app, one, 'running')
  await reaches(app, two, 'running')
  expect((await testRow(app, one)).status).toBe('running')
  for (const id of [one, two]) await app.call('POST', `/api/v1/quicktest/${id}/cancel`)
})

test('a deleted virtual agent stops; the others go on', async () => {
  const { app, said } = await fleet()
  const [gone, stays] = [await add(app, 'gone'), await add(app, 'stays')]
  const long = await launch(app, gone, LONG)
  await reaches(app, long, 'running')
  await app.call('DELETE', `/api/v1/agents/${gone}`)
  await reaches(app, await launch(app, stays), 'completed')
  expect((await testRow(app, long)).status).toBe('failed')
  expect(said.filter((line) => line.startsWith('stays'))).toEqual([])
})

test('a server that cannot say just now is asked again; nothing ends for it', async () => {
  let faults = 3
  const { app, said } = await fleet((request) => {
    if (!/tokens|tag=virtual/.test(request.url) || faults === 0) return undefined
    faults--
    return Response.json({ error: 'The database is busy. Try again.' }, { status: 503 })
  })
  const agent = await add(app, 'v1')
  await reaches(app, await launch(app, agent), 'completed')
  expect(faults).toBe(0)
  expect(said.length).toBeGreaterThan(0)
})

test('an agent of which nothing is known for a moment is not taken for deleted', async () => {
  let asked = 0
  const { app } = await fleet((request) =>
    request.method === 'GET' && /agents\/[0-9a-f]{16}$/.test(request.url) && asked++ > 1
      ? Response.json({ error: 'busy' }, { status: 503 })
      : undefined,
  )
  const agent = await add(app, 'v1')
  await reaches(app, await launch(app, agent), 'completed')
  await reaches(app, await launch(app, agent), 'completed')
  expect(asked).toBeGreaterThan(2)
})

test('what a server does for its virtual agents is not in the audit: nobody did it', async () => {
  const { app } = await fleet()
  const agent = await add(app, 'v1')
  await reaches(app, await launch(app, agent), 'completed')
  const { body } = await app.call('GET', '/api/v1/audit')
  expect(body.items.map(({ action }: { action: string }) => action)).toEqual([
    'quicktest.create',
    'agents.virtual',
  ])
})

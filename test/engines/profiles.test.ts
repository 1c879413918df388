import { expect, test } from 'vitest'
import { expectAdminOnly, registeredAgent } from '../_access.ts'
import { createTestApp } from '../_setup.ts'

const PATH = '/api/v1/engines/profiles'
const profile = {
  name: 'vllm, long context',
  engine: 'vllm',
  mode: 'native',
  description: 'for 128k prompts',
  build_config: { image: 'vllm/vllm-openai:v0.9' },
  runtime_config: { max_model_len: 131_072, nested: { 'gpu-memory-utilization': 0.9 }, flags: ['--a', null] },
}

test('a profile is made, read, listed by name, changed and deleted', async () => {
  const { call, clock } = await createTestApp()
  const made = await call('POST', PATH, profile)
  expect(made.status).toBe(201)
  expect(made.body).toEqual({
    ...profile,
    id: expect.stringMatching(/^[0-9a-f]{16}$/),
    created_at: '2026-01-15T12:00:00.000Z',
    updated_at: '2026-01-15T12:00:00.000Z',
  })
  const one = `${PATH}/${made.body.id}`
  expect(await call('GET', one, undefined, null)).toMatchObject({ status: 200, body: made.body })
  await call('POST', PATH, { name: 'a first one', engine: 'llama_cpp' })
  const { body: list } = await call('GET', `${PATH}/?per_page=1&page=2`, undefined, null)
  expect(list).toEqual({ items: [made.body], total: 2, page: 2, per_page: 1, pages: 2 })

  await clock.advance(60_000)
  const changed = await call('PUT', one, { runtime_config: { max_model_len: 8192 } })
  expect(changed).toMatchObject({ status: 200 })
  expect(changed.body).toEqual({
    ...made.body,
    runtime_config: { max_model_len: 8192 },
    updated_at: '2026-01-15T12:01:00.000Z',
  })
  expect((await call('GET', one)).body).toEqual(changed.body)
  expect(await call('DELETE', one)).toMatchObject({ status: 200, body: { deleted: true } })
  for (const method of ['GET', 'DELETE']) expect((await call(method, one)).status).toBe(404)
  expect((await call('PUT', one, { name: 'x' })).status).toBe(404)
})

test.each([
  ['vllm', 'docker'],
  ['mlx', 'native'],
  ['openai', 'endpoint'],
])('a profile for %s without a mode has its default, %s', async (engine, mode) => {
  const { call } = await createTestApp()
  expect(await call('POST', PATH, { name: 'p', engine })).toMatchObject({
    status: 201,
    body: { mode, description: '', build_config: {}, runtime_config: {} },
  })
})

test('a taken name is refused, one of its own is not, and one that became free is free', async () => {
  const { call } = await createTestApp()
  const { body: first } = await call('POST', PATH, profile)
  const { body: second } = await call('POST', PATH, { ...profile, name: 'second' })
  const taken = [
    await call('POST', PATH, profile),
    await call('PUT', `${PATH}/${second.id}`, { name: profile.name }),
  ]
  for (const { status, body } of taken) {
    expect(status).toBe(400)
    expect(body.error).toBe('There is already an engine profile named "vllm, long context".')
  }
  expect((await call('PUT', `${PATH}/${first.id}`, { ...profile, mode: 'docker' })).status).toBe(200)
  await call('DELETE', `${PATH}/${first.id}`)
  expect((await call('PUT', `${PATH}/${second.id}`, { name: profile.name })).status).toBe(200)
  expect((await call('GET', PATH)).body.total).toBe(1)
})

const wrong: [name: string, change: object, path: string][] = [
  ['no name', { name: undefined }, 'name'],
  ['a blank name', { name: '  ' }, 'name'],
  ['no engine', { engine: undefined }, 'engine'],
  ['an engine nobody knows', { engine: 'tgi' }, 'engine'],
  ['a mode nobody knows', { mode: 'vm' }, 'mode'],
  ['a mode its engine does not have', { engine: 'mlx', mode: 'docker' }, 'mode'],
  ['a configuration that is a list', { runtime_config: ['--a'] }, 'runtime_config'],
  ['an unknown field', { image: 'x' }, 'image'],
]
test.each(wrong)(
  '%s is refused with the field, in a new profile and in a change',
  async (_, change, path) => {
    const { call } = await createTestApp()
    const { body: kept } = await call('POST', PATH, { ...profile, name: 'kept' })
    const refused = [await call('POST', PATH, { ...profile, ...change })]
    if (Object.values(change)[0] !== undefined) refused.push(await call('PUT', `${PATH}/${kept.id}`, change))
    for (const { status, body } of refused) {
      expect(status, JSON.stringify(body)).toBe(400)
      expect(body.details).toEqual([{ path, message: expect.any(String) }])
    }
    expect((await call('GET', PATH)).body.items).toEqual([kept])
  },
)

test('a change of engine alone must still have the mode', async () => {
  const { call } = await createTestApp()
  const { body } = await call('POST', PATH, { name: 'p', engine: 'vllm' })
  const refused = await call('PUT', `${PATH}/${body.id}`, { engine: 'mlx' })
  expect(refused).toMatchObject({ status: 400, body: { error: 'mlx has no docker mode, only native.' } })
})

test('only the admin writes profiles', async () => {
  const app = await createTestApp()
  const { body } = await app.call('POST', PATH, profile)
  await expectAdminOnly(app, 'POST', PATH, { ...profile, name: 'other' })
  await expectAdminOnly(app, 'PUT', `${PATH}/${body.id}`, { name: 'other' })
  await expectAdminOnly(app, 'DELETE', `${PATH}/${body.id}`)
  expect((await app.call('GET', PATH)).body.items).toEqual([body])
})

test("a profile's configuration reaches the agent with the command, as it is when the test is handed out", async () => {
  const app = await createTestApp()
  const agent = await registeredAgent(app, 'gpu-1')
  const { body: made } = await app.call('POST', PATH, profile)
  const launched = await app.call('POST', '/api/v1/quicktest', {
    agent_id: agent.id,
    model_path: '/models/x.safetensors',
    engine_name: 'vllm',
    profile_id: made.id,
  })
  expect(launched.status, JSON.stringify(launched.body)).toBe(202)
  expect(await app.call('DELETE', `${PATH}/${made.id}`)).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(/use this profile/) },
  })
  const { runtime_config } = { runtime_config: { max_model_len: 4096 } }
  await app.call('PUT', `${PATH}/${made.id}`, { runtime_config })
  const beat = await app.call('POST', `/api/v1/agents/${agent.id}/heartbeat`, { uptime_s: 1 }, agent.token)
  expect(beat.body.commands).toHaveLength(1)
  expect(beat.body.commands[0]).toMatchObject({
    type: 'run_test',
    payload: {
      profile_id: made.id,
      engine_mode: 'native',
      runtime_config,
      build_config: profile.build_config,
    },
  })
  await app.call('POST', `/api/v1/quicktest/${launched.body.id}/cancel`)
  expect((await app.call('DELETE', `${PATH}/${made.id}`)).status).toBe(200)
})

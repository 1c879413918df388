import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { agents } from '../../db/schema.ts'
import { createTestApp } from '../_setup.ts'
import { addHost, told } from '../queue/_queue.ts'

const A = '/api/v1/agents'

test('agents are listed by name, a page at a time, by state and by tag', async () => {
  const app = await createTestApp()
  for (const name of ['delta', 'alpha', 'charlie']) await addHost(app, name)
  await app.call('POST', `${A}/virtual`, { name: 'bravo' })
  const names = async (query = '') =>
    (await app.call('GET', `${A}${query}`)).body.items.map(({ name }: { name: string }) => name)
  expect(await names()).toEqual(['alpha', 'bravo', 'charlie', 'delta'])
  expect(await names('?status=online')).toEqual(['alpha', 'charlie', 'delta'])
  expect(await names('?status=provisioned')).toEqual(['bravo'])
  expect(await names('?tag=virtual')).toEqual(['bravo'])
  expect(await names('?tag=virt')).toEqual([])
  expect((await app.call('GET', `${A}?page=2&per_page=3`)).body).toMatchObject({
    items: [{ name: 'delta' }],
    total: 4,
    page: 2,
    per_page: 3,
    pages: 2,
  })
  expect((await app.call('GET', `${A}?status=asleep`)).status).toBe(400)
})

test('an agent is shown with its engines and the beginning of its token, never with the rest', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  await host.beat({
    gpu_utilization_pct: 12.5,
    storage_gb_free: 100,
    engines: [
      { engine: 'vllm', installed: true, running: true, version: '0.9', binary_path: '/usr/bin/vllm' },
      { engine: 'mlx' },
      { engine: 'mlx', installed: null, running: null },
    ],
  })
  await host.beat({ engines: [{ engine: 'vllm', installed: true, running: false }] })
  const { body } = await app.call('GET', `${A}/${host.id}`, undefined, null)
  expect(body).toMatchObject({
    name: 'gpu-1',
    status: 'online',
    current_task: null,
    schedulable: true,
    virtual: false,
    token_prefix: host.token.slice(0, 8),
    heartbeat_interval_s: 30,
    last_heartbeat: '2026-01-15T12:00:00.000Z',
    engines: [
      { engine: 'mlx', installed: false, running: false },
      { engine: 'vllm', installed: true, running: false, version: '' },
    ],
  })
  expect(JSON.stringify(body)).not.toMatch(/hash|boot_id|named|last_seen_at/)
  expect((await app.call('GET', `${A}/nobody`)).status).toBe(404)
})

test('registering again under the same name updates what is said, and keeps the agent', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  const register = (body: object) => host.send('/agents/register', { name: 'gpu-1', hostname: 'h', ...body })
  const again = await register({ gpu_info: 'L4', gpu_count: 2, ram_gb: 64, hardware_details: { a: 1 } })
  expect(again).toMatchObject({ status: 201, body: { agent_id: host.id, heartbeat_interval_s: 30 } })
  expect((await app.call('GET', `${A}/${host.id}`)).body).toMatchObject({
    gpu_info: 'L4',
    gpu_count: 2,
    hardware_details: '{"a":1}',
  })
  const less = { gpu_info: null, capabilities: null, hardware_details: null, unheard_of: { deep: [1] } }
  expect((await register(less)).status).toBe(201)
  expect((await app.call('GET', `${A}/${host.id}`)).body).toMatchObject({
    gpu_info: 'L4',
    hardware_details: '',
  })
  expect((await app.call('GET', A)).body.total).toBe(1)
})

test('the administrator registers any name, and finds the agent that has it', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  const found = await app.call('POST', `${A}/register`, { name: 'gpu-1', hostname: 'h' })
  expect(found.body.agent_id).toBe(host.id)
  const made = await app.call('POST', `${A}/register`, { name: 'new', hostname: 'h' })
  expect(made.body.agent_id).toMatch(/^[0-9a-f]{16}$/)
  expect((await app.call('GET', `${A}/${made.body.agent_id}`)).body.token_prefix).toBeNull()
})

test('twenty registrations of one name at once make one agent', async () => {
  const app = await createTestApp()
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => app.call('POST', `${A}/register`, { name: 'one', hostname: 'h' })),
  )
  expect(new Set(answers.map(({ body }) => body.agent_id)).size).toBe(1)
})

test('notes, tags and draining are changed one by one, and told', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  for (const change of [{ notes: 'rack 4' }, { tags: ['fast', 'lab'] }, { schedulable: false }, {}])
    expect(await app.call('PATCH', `${A}/${host.id}`, change)).toMatchObject({
      status: 200,
      body: { updated: true },
    })
  expect((await app.call('GET', `${A}/${host.id}`)).body).toMatchObject({
    notes: 'rack 4',
    tags: ['fast', 'lab'],
    schedulable: false,
  })
  expect(await told(app, host.id, 'agent_status')).toHaveLength(5)
  expect((await app.call('PATCH', `${A}/nobody`, { notes: '' })).status).toBe(404)
})

test('settings have defaults, any subset is changed, a bad one changes nothing, agents get them with a beat', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  const defaults = {
    model_storage_dir: '~/.kitt/models',
    model_share_source: '',
    model_share_mount: '',
    auto_cleanup: 'true',
    heartbeat_interval_s: '30',
    kitt_image: '',
  }
  const read = async () => (await app.call('GET', `${A}/${host.id}/settings`)).body
  const put = (body: object) => app.call('PUT', `${A}/${host.id}/settings`, body)
  expect(await read()).toEqual(defaults)
  const change = { auto_cleanup: 'false', heartbeat_interval_s: '60' }
  expect(await put(change)).toMatchObject({ status: 200, body: { updated: true } })
  expect((await put({ kitt_image: 'x', heartbeat_interval_s: '5' })).status).toBe(400)
  expect((await put({ kitt_image: 'x', colour: 'red' })).status).toBe(400)
  expect(await read()).toEqual({ ...defaults, ...change })
  expect(await host.beat()).toMatchObject({ settings: { ...defaults, ...change } })
  const again = await host.send('/agents/register', { name: 'gpu-1', hostname: 'h' })
  expect(again.body.heartbeat_interval_s).toBe(60)
  for (const [method, body] of [['GET'], ['PUT', change]] as const)
    expect((await app.call(method, `${A}/nobody/settings`, body)).status).toBe(404)
})

test('a provisioned agent registers with its token, shown this once; its name is taken', async () => {
  const { call } = await createTestApp()
  const made = await call('POST', `${A}/provision`, { name: "it's", port: 9000 })
  expect(made).toMatchObject({ status: 201, body: { token_prefix: made.body.token.slice(0, 8) } })
  expect(made.body.install_command).toBe(
    "curl -fsSL 'http://test/api/v1/agent/install.sh?name=it%27s&port=9000' | bash",
  )
  expect((await call('GET', `${A}/${made.body.agent_id}`)).body).toMatchObject({
    status: 'provisioned',
    port: 9000,
  })
  const taken = await call('POST', `${A}/provision`, { name: "it's" })
  expect(taken).toMatchObject({ status: 400, body: { error: expect.stringContaining('already') } })
  const unnamed = await call('POST', `${A}/provision`, {})
  expect(unnamed.body.agent_id).not.toBe(made.body.agent_id)
})

test('cleanup, rotation and deletion of an agent that does not exist are 404', async () => {
  const { call } = await createTestApp()
  for (const [method, path] of [
    ['POST', `${A}/nobody/cleanup`],
    ['POST', `${A}/nobody/rotate-token`],
    ['DELETE', `${A}/nobody`],
    ['POST', `${A}/nobody/heartbeat`],
    ['POST', `${A}/nobody/results`],
  ] as const) {
    const body = path.endsWith('results') ? { command_id: 'c' } : {}
    expect(await call(method, path, body)).toMatchObject({ status: 404, body: { error: expect.any(String) } })
  }
})

test('a virtual agent is made by name or without one, carries the tag, and its name is taken', async () => {
  const { call } = await createTestApp()
  const made = await call('POST', `${A}/virtual`, { name: 'try-me' })
  expect(made).toMatchObject({ status: 201, body: { name: 'try-me' } })
  expect((await call('GET', `${A}/${made.body.agent_id}`)).body).toMatchObject({
    virtual: true,
    tags: ['virtual'],
  })
  expect((await call('POST', `${A}/virtual`, {})).body.name).toMatch(/^virtual-/)
  expect((await call('POST', `${A}/virtual`, { name: 'try-me' })).status).toBe(400)
})

test('an agent that was once named like the id of another does not get what is meant for that one', async () => {
  const app = await createTestApp()
  const victim = await addHost(app, 'victim')
  const made = await app.call('POST', `${A}/provision`, { name: 'odd' })
  await app.deps.write(async (tx) => {
    await tx.orm.update(agents).set({ name: victim.id }).where(eq(agents.id, made.body.agent_id))
  })
  const beat = await app.call('POST', `${A}/${victim.id}/heartbeat`, {}, made.body.token)
  expect(beat.status).toBe(403)
  expect((await victim.beat()).agent_id).toBe(victim.id)
})

test('an idle beat writes one row and tells nobody', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  await host.beat()
  const published = app.deps.bus.published
  for (let i = 0; i < 5; i++) {
    await app.clock.advance(10_000)
    expect(await host.beat()).toMatchObject({ commands: [], cancel: [], lease_s: 600 })
  }
  expect(app.deps.bus.published).toBe(published)
})

test('no tag makes a real agent virtual or a virtual one real: one would lose its token, the other its place', async () => {
  const { call } = await createTestApp()
  const { body: real } = await call('POST', '/api/v1/agents/provision', { name: 'vm-1' })
  const { body: virtual } = await call('POST', '/api/v1/agents/virtual', {})
  const tag = (id: string, ...tags: string[]) => call('PATCH', `/api/v1/agents/${id}`, { tags })
  expect(await tag(real.agent_id, 'lab', 'virtual')).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('"virtual"') },
  })
  expect(await tag(virtual.agent_id, 'lab')).toMatchObject({ status: 400 })
  expect(await tag(virtual.agent_id, 'lab', 'virtual')).toMatchObject({ status: 200 })
  expect(await tag(real.agent_id, 'lab')).toMatchObject({ status: 200 })
  const shown = async (id: string) => (await call('GET', `/api/v1/agents/${id}`)).body
  expect(await shown(real.agent_id)).toMatchObject({ tags: ['lab'], virtual: false })
  expect(await shown(virtual.agent_id)).toMatchObject({ tags: ['lab', 'virtual'], virtual: true })
})

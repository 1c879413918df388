import { expect, test } from 'vitest'
import { agents } from '../../db/schema.ts'
import { ADMIN_TOKEN, createTestApp, type TestApp } from '../_setup.ts'

const ODD: [string, string][] = [
  ['a right-to-left override', 'gpu-\u202e1-upg'],
  ['an isolate', '\u2066gpu-1'],
  ['a zero-width space', 'gpu\u200b-1'],
  ['a zero-width joiner', 'gpu\u200d-1'],
  ['a word joiner', 'gpu-1\u2060'],
  ['a byte order mark', '\ufeffgpu-1'],
  ['a soft hyphen', 'gpu\u00ad-1'],
  ['U+0085', 'gpu\u0085-1'],
  ['a line separator', 'gpu\u2028-1'],
  ['a no-break space', 'gpu\u00a0-1'],
  ['a Hangul filler', 'gpu-1\u3164'],
  ['a variation selector', 'gpu-1\ufe00'],
  ['a tag character', 'gpu-1\u{e0031}'],
  ['a trailing space', 'gpu-1 '],
  ['a leading space', ' gpu-1'],
]
const ORDINARY = [
  'gpu-1',
  'GPU 1 (rack 3)',
  'müllers-rechner',
  '机器-1',
  'خادم',
  'gpu-1.lab.example',
  "o'brien",
]

const CONFIG = { models: [{ name: 'm' }], engines: [{ name: 'vllm' }] }
/** Every route that gives something a name. */
const makers: [string, (name: string) => [string, string, unknown?]][] = [
  ['an agent provisioned', (name) => ['POST', '/api/v1/agents/provision', { name }]],
  ['an agent registered', (name) => ['POST', '/api/v1/agents/register', { name, hostname: 'h' }]],
  ['a virtual agent', (name) => ['POST', '/api/v1/agents/virtual', { name }]],
  ['a profile', (name) => ['POST', '/api/v1/engines/profiles', { name, engine: 'vllm' }]],
  ['a campaign', (name) => ['POST', '/api/v1/campaigns', { name, config: CONFIG }]],
]

for (const [what, make] of makers) {
  test(`68: ${what} gets no name that passes for another by what does not show; ordinary ones are taken`, async () => {
    const { call } = await createTestApp()
    for (const [why, name] of ODD) {
      const refused = await call(...make(name))
      expect(refused.status, why).toBe(400)
      expect(refused.body.details[0], why).toMatchObject({ path: 'name' })
    }
    for (const name of ORDINARY) expect((await call(...make(name))).status, name).toBe(201)
  })
}

test('68: no agent gets the id of another as its name, whoever asks for it; its own it may have', async () => {
  const { call } = await createTestApp()
  const made = async (body: object) => (await call('POST', '/api/v1/agents/provision', body)).body
  const { agent_id } = await made({ name: 'gpu-1' })
  const unnamed = await made({})
  const asName = { name: agent_id, hostname: 'h' }
  for (const [path, token] of [
    ['provision', ADMIN_TOKEN],
    ['virtual', ADMIN_TOKEN],
    ['register', ADMIN_TOKEN],
    ['register', unnamed.token],
  ] as const) {
    const body = path === 'register' ? asName : { name: agent_id }
    const refused = await call('POST', `/api/v1/agents/${path}`, body, token)
    expect([refused.status, refused.body.error], path).toEqual([
      400,
      'name: must not be the id of another agent.',
    ])
  }
  const own = { name: unnamed.agent_id, hostname: 'h' }
  expect((await call('POST', '/api/v1/agents/register', own, unnamed.token)).status).toBe(201)
})

/** An agent that was named before such names were refused, with its token. */
async function oldAgent({ call, deps }: TestApp, name: string) {
  const { agent_id, token } = (await call('POST', '/api/v1/agents/provision', { name: 'old' })).body
  await deps.write(async (tx) => void (await tx.orm.update(agents).set({ name })))
  return { agent_id, token }
}

test('68: an agent of old with such a name goes on under it, and is shown with it written out', async () => {
  const app = await createTestApp()
  const { call } = app
  const name = 'gpu\u200b-1 '
  const shown = 'gpu\\u{200b}-1\\u{20}'
  const { agent_id, token } = await oldAgent(app, name)
  const register = (name: string) => call('POST', '/api/v1/agents/register', { name, hostname: 'h' }, token)
  expect((await register(name)).body.agent_id).toBe(agent_id)
  expect((await register(shown)).body.agent_id).toBe(agent_id)
  expect((await register('gpu-1')).status).toBe(403)
  const beat = `/api/v1/agents/${encodeURIComponent(name)}/heartbeat`
  expect((await call('POST', beat, { status: 'idle' }, token)).status).toBe(200)

  const asked = { agent_id, model_path: '/models/m', engine_name: 'vllm' }
  const made = await call('POST', '/api/v1/quicktest', { ...asked, force: true })
  expect(made.status, JSON.stringify(made.body)).toBe(202)
  const answers = [
    `agents/${agent_id}`,
    'agents',
    'quicktest',
    'engines/status',
    'quicktest/agent-capabilities',
  ]
  for (const path of answers) {
    const text = JSON.stringify((await call('GET', `/api/v1/${path}`)).body)
    expect(text, path).not.toContain('\u200b')
    expect(text, path).toContain(JSON.stringify(shown))
  }
  await call('DELETE', `/api/v1/agents/${agent_id}`)
  const { rows } = await app.deps.db.reader.execute(`select data from events where type <> 'changed'`)
  for (const { data } of rows.slice(1)) expect(String(data)).not.toContain('\u200b')
  expect(String(rows.at(-1)?.['data'])).toContain(JSON.stringify(shown))
})

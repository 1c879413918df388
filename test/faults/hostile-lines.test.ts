import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { emit, open } from '../events/_stream.ts'
import { furnished } from '../http/_routes.ts'
import { lines, withTest } from '../queue/_queue.ts'

test('32: whatever stands in a line comes back as it was', async () => {
  const { app, host, id } = await withTest('running')
  const odd = [
    '',
    '\r\n\r\ndata: forged\n\n',
    'a\0b',
    '\ud800 lone',
    '\u202e bidi',
    '</script>',
    '"\\',
    '\u2028',
  ]
  for (const line of odd) expect((await host.log(id, line)).status).toBe(200)
  expect(await lines(app, id)).toEqual(odd)
})

test('32: a line cannot break the framing, whatever stands in it', async () => {
  const app = await createTestApp()
  const lines = ['a\r\nid: 99\nevent: gap\ndata: {}\n\n', '\r', '\n\n', '\u2028\u2029', '\ud800', '\0', ':x']
  const stream = await open(app)
  for (const line of lines) await emit(app, 1, { line })
  await stream.until(() => stream.events.length >= lines.length)
  expect(stream.events.map(({ data }) => JSON.parse(data).line)).toEqual(lines)
  expect(stream.events.map(({ event }) => event)).toEqual(lines.map(() => 'log'))
  expect(stream.ids()).toEqual(lines.map((_, i) => i + 1))
  await stream.cancel()
})

const ODD_NAMES: [string, string, number][] = [
  ['a lone surrogate', 'a\ud800', 400],
  ['NUL', 'a\0', 400],
  ['CR and LF', 'a\r\ndata: x\r\n\r\n', 400],
  ['a line of its own', 'a\nb', 400],
  ['bidi marks', '\u202egnp.exe\u2066', 400],
  ['line separators', 'a\u2028b\u2029', 400],
  ['letters of many scripts', 'Ключ-鍵-🔑 "n" <b>', 201],
]
test.each(ODD_NAMES)('32: a name with %s comes back as it was, or is 400', async (_, name, status) => {
  const { app, a } = await furnished()
  const stream = await open(app)
  const config = { models: [{ name: 'm' }], engines: [{ name: 'vllm' }] }
  const campaign = await app.call('POST', '/api/v1/campaigns', { name, config })
  expect(campaign.status).toBe(status)
  const profile = await app.call('POST', '/api/v1/engines/profiles', { name, engine: 'vllm', mode: 'docker' })
  expect(profile.status).toBe(status)
  const agent = await app.call('POST', '/api/v1/agents/register', { name, hostname: 'h' })
  expect(agent.status).toBe(status)
  expect((await app.call('PATCH', `/api/v1/agents/${a.id}`, { notes: 'the end' })).status).toBe(200)
  if (status === 400) return stream.cancel()
  expect(profile.body.name).toBe(name)
  expect((await app.call('GET', `/api/v1/agents/${agent.body.agent_id}`)).body.name).toBe(name)
  const created = () => stream.events.find(({ event }) => event === 'campaign_created')
  await stream.until(() => created() !== undefined)
  expect(JSON.parse(created()?.data ?? '')).toMatchObject({ name, source_id: campaign.body.id })
  await stream.cancel()
})

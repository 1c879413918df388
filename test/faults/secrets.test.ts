import { expect, test } from 'vitest'
import { furnished } from '../http/_routes.ts'

test('42: no token and no hash of one stands in any answer or log line of all that an app does', async () => {
  const { app, a, b, test } = await furnished()
  const secrets = [a.token, b.token, 'test-admin-token-0123456789']
  const once: string[] = []
  const texts: string[] = []
  const ask = async (method: string, path: string, body?: unknown, token?: string) =>
    texts.push(JSON.stringify((await app.call(method, path, body, token)).body ?? null))
  const provisioned = await app.call('POST', '/api/v1/agents/provision', { name: 'c' })
  const rotated = await app.call('POST', `/api/v1/agents/${b.id}/rotate-token`)
  once.push(provisioned.body.token, rotated.body.token)
  expect(provisioned.body.install_command).not.toContain(provisioned.body.token)
  for (const path of [
    'agents',
    `agents/${a.id}`,
    'quicktest',
    `quicktest/${test}`,
    'results',
    'settings',
    'campaigns',
    'openapi.json',
  ])
    await ask('GET', `/api/v1/${path}`)
  await ask('GET', `/api/v1/agents/${a.id}/settings`, undefined, a.token)
  await ask('POST', `/api/v1/agents/${a.id}/heartbeat`, {}, a.token)
  await ask('POST', `/api/v1/agents/${a.id}/heartbeat`, { uptime_s: 'x' }, a.token)
  await ask('POST', `/api/v1/agents/${b.id}/heartbeat`, {}, b.token)
  await ask('DELETE', `/api/v1/agents/${a.id}`, undefined, a.token)
  await ask('POST', '/api/v1/quicktest', { agent_id: a.token })
  for (const event of await app.deps.db.reader.execute('select data from events').then(({ rows }) => rows))
    texts.push(String(event['data']))
  texts.push(...app.logged.map((line) => JSON.stringify(line)))
  for (const secret of [...secrets, ...once]) {
    for (const text of texts) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(app.deps.sha256(secret))
    }
  }
  const { rows } = await app.deps.db.reader.execute('select hash from tokens')
  expect(rows).toHaveLength(3)
  for (const { hash } of rows) expect(hash).toMatch(/^[0-9a-f]{64}$/)
})

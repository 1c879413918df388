import { expect, test } from 'vitest'
import { ADMIN_TOKEN, createTestApp } from '../_setup.ts'
import { FILES } from '../distribution/_files.ts'
import { addHost } from '../queue/_queue.ts'

const TABLES = ['agents', 'tokens', 'agent_settings', 'quick_tests', 'events', 'settings']

test('39: install.sh asked for by a stranger changes nothing and holds no secret; the agent of that name works on', async () => {
  const app = await createTestApp({ agentFiles: FILES, protect_reads: true })
  const host = await addHost(app, 'gpu-1')
  await host.beat()
  const stored = async () => {
    const rows = TABLES.map((table) => app.deps.db.reader.execute(`select * from ${table}`))
    return JSON.stringify((await Promise.all(rows)).map((result) => result.rows))
  }
  const before = await stored()
  const hashes = [host.token, ADMIN_TOKEN].map((token) => app.deps.sha256(token))
  const queries = ['?name=gpu-1', '?name=gpu-1&port=8123', '', `?name=${host.id}`, '?name=nobody']
  for (const query of queries) {
    const url = `http://test/api/v1/agent/install.sh${query}`
    const answer = await app.fetch(url)
    expect(answer.status, query).toBe(200)
    const script = await answer.text()
    for (const secret of [host.token, host.token.slice(0, 8), ADMIN_TOKEN, ...hashes])
      expect(script, query).not.toContain(secret)
    if (!query.includes(host.id)) expect(script, query).not.toContain(host.id)
    expect((await app.fetch(url, { method: 'HEAD' })).status).toBe(200)
  }
  expect(await stored()).toBe(before)
  expect((await host.beat()).agent_id).toBe(host.id)
  // Without the token of the agent the script registers nobody.
  for (const token of [null, 'a-guess-of-a-stranger']) {
    const taken = await app.call('POST', '/api/v1/agents/register', { name: 'gpu-1', hostname: 'h' }, token)
    expect([401, 403]).toContain(taken.status)
  }
  expect((await host.beat()).agent_id).toBe(host.id)
})

import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { type RunningServer, startKitt } from '../e2e/_server.ts'

const SECRET = 'sk-the-secret-of-a-profile-0001'

const ask = async (
  { url, token }: RunningServer,
  method: string,
  path: string,
  body?: object,
  as = token,
) => {
  const response = await fetch(`${url}/api/v1/${path}`, {
    method,
    headers: { Authorization: `Bearer ${as}`, 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  expect(response.ok, `${method} ${path} ${response.status}`).toBe(true)
  return response.json()
}

/** Launches a test with the profile, and has its agent ask for what there is to do. */
async function launched(
  server: RunningServer,
  agent: { agent_id: string; token: string },
  profile_id: string,
) {
  const asked = { agent_id: agent.agent_id, model_path: 'm', engine_name: 'vllm', force: true, profile_id }
  const { id } = await ask(server, 'POST', 'quicktest', asked)
  const said = { status: 'idle', engines: [] }
  const { commands } = await ask(server, 'POST', `agents/${agent.agent_id}/heartbeat`, said, agent.token)
  return { id: id as string, commands: commands as { payload: { runtime_config: object } }[] }
}

test('61: the key of the secrets is kept beside the database; changed or lost it is a sentence, and nothing ends', async () => {
  const home = temporaryFolder()
  const key = join(home, 'secret-key')
  let server = await startKitt({ home })
  expect(readdirSync(home)).not.toContain('secret-key')
  const agent = await ask(server, 'POST', 'agents/provision', { name: 'gpu-1' })
  await ask(server, 'POST', 'agents/register', { name: 'gpu-1', hostname: 'h' }, agent.token)
  const profile = { name: 'p', engine: 'vllm', runtime_config: { api_key: SECRET } }
  const { id: profile_id } = await ask(server, 'POST', 'engines/profiles', profile)
  expect((statSync(key).mode & 0o777).toString(8)).toBe('600')
  const first = await launched(server, agent, profile_id)
  expect(first.commands[0]?.payload.runtime_config).toEqual({ api_key: SECRET })
  await ask(server, 'POST', `quicktest/${first.id}/cancel`)
  await server.stop()
  for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' }))
    if (statSync(join(home, name)).isFile())
      expect(readFileSync(join(home, name), 'latin1').includes(SECRET), name).toBe(false)

  const kept = readFileSync(key, 'utf8')
  for (const [what, spoil, word] of [
    ['lost', () => rmSync(key), 'missing from'],
    ['another', () => writeFileSync(key, Buffer.alloc(32, 7).toString('base64')), 'not the one in'],
    ['damaged', () => writeFileSync(key, 'nonsense'), 'missing from'],
  ] as const) {
    spoil()
    server = await startKitt({ home })
    expect(server.output.text, what).toMatch(
      new RegExp(`The key of the stored secrets .* ${word} .*secret-key`),
    )
    const { id, commands } = await launched(server, agent, profile_id)
    expect(commands, what).toEqual([])
    const failed = await ask(server, 'GET', `quicktest/${id}`)
    expect([failed.status, failed.error], what).toEqual([
      'failed',
      expect.stringContaining('put the old key back'),
    ])
    const shown = await ask(server, 'GET', `engines/profiles/${profile_id}`)
    expect(shown.runtime_config.api_key, what).toMatch(/^\[secret:/)
    await server.stop()
  }

  writeFileSync(key, kept)
  server = await startKitt({ home })
  expect(server.output.text).not.toContain('The key of the stored secrets')
  const last = await launched(server, agent, profile_id)
  expect(last.commands[0]?.payload.runtime_config).toEqual({ api_key: SECRET })
})

test('61: a key for Devon that an earlier version kept in the open is encrypted with the first start', async () => {
  const home = temporaryFolder()
  let server = await startKitt({ home })
  await server.stop()
  const db = createClient({ url: `file:${join(home, 'kitt.db')}` })
  const value = JSON.stringify({ key: SECRET, origin: 'http://devon.lan' })
  await db.execute({ sql: 'INSERT INTO settings VALUES (?, ?, 0)', args: ['setting.devon_api_key', value] })
  await db.execute("INSERT INTO settings VALUES ('setting.devon_url', '\"http://devon.lan\"', 0)")
  db.close()
  for (let start = 0; start < 2; start++) {
    server = await startKitt({ home })
    expect((await ask(server, 'GET', 'settings')).devon_api_key).toEqual({ set: true, source: 'saved' })
    await server.stop()
    for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' }))
      if (statSync(join(home, name)).isFile())
        expect(readFileSync(join(home, name), 'latin1').includes(SECRET), name).toBe(false)
  }
})

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { routes } from '../../app/api/routes.ts'
import { createClient } from '../../app/client/client.ts'
import { temporaryFolder } from '../_setup.ts'
import { launch, provisionedAgent, startAgent, testIs } from '../e2e/_agent.ts'
import { eventually, runKitt, startKitt } from '../e2e/_server.ts'
import { startSimulator } from '../e2e/_simulator.ts'

const ADMIN = 'the-admin-token-of-this-run-0123456789'
const WRONG = 'a-wrong-token-that-somebody-tried-0123'
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

type Found = Map<string, string>

/** Every GET of the server, its pages included, as the admin and as somebody with a wrong token. */
async function askEverything(url: string, ids: Record<string, string>, found: Found) {
  const paths = Object.keys(routes)
    .filter((key) => key.startsWith('GET ') && !key.includes('/events/'))
    .map((key) =>
      key.slice(4).replace(/(\w+)\/:id/, (_, kind: string) => `${kind}/${ids[kind] ?? 'nothing'}`),
    )
  for (const path of [
    ...paths,
    '/',
    '/agents',
    `/agents/${ids['agents']}`,
    '/settings',
    '/docs',
    '/nothing',
  ]) {
    for (const token of [ADMIN, WRONG]) {
      const answer = await fetch(url + path, { headers: { Authorization: `Bearer ${token}` } })
      found.set(`GET ${path} of ${token === ADMIN ? 'the admin' : 'a stranger'}`, await answer.text())
    }
  }
}

const filesOf = (folder: string): [string, string][] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [path, readFileSync(path, 'latin1')])

test('42: in a whole run at debug level no output, log, answer, event or error holds a token or its hash', async () => {
  const home = temporaryFolder()
  const env = { KITT_AUTH_TOKEN: ADMIN, KITT_PROTECT_READS: '1', KITT_AUTH_FAILURES_PER_MINUTE: '10000' }
  const started = await startKitt({ home, env, args: ['--log-level', 'debug'] })
  const server = { ...started, token: ADMIN, client: createClient({ baseUrl: started.url, token: ADMIN }) }
  const { url, client } = server
  const found: Found = new Map()
  const stream = await fetch(`${url}/api/v1/events/stream`, { headers: { Authorization: `Bearer ${ADMIN}` } })
  const events = stream.text().catch(() => 'cut off')

  const machine = await provisionedAgent(server)
  const agent = startAgent(machine.home, undefined, { DEBUG: '*' })
  await agent.says('registered as')
  const engine = await startSimulator(['--ttft', '1', '--tpot', '1'])
  const id = await launch(client, machine.agent_id, engine, { requests: 4 })
  const { result_id } = await testIs(client, id, 'completed')
  const cli = async (name: string, args: string[], token = ADMIN) => {
    const run = await runKitt([...args, '--server', url], {
      env: { KITT_HOME: temporaryFolder(), KITT_TOKEN: token },
    })
    found.set(`kitt ${name}`, run.stdout + run.stderr)
    return run.code
  }
  expect(await cli('demo', ['demo'])).toBe(0)
  expect(await cli('agents', ['agents', 'list', '--json'])).toBe(0)
  expect(await cli('agents with a wrong token', ['agents', 'list'], WRONG)).not.toBe(0)
  await askEverything(url, { agents: machine.agent_id, quicktest: id, results: result_id ?? '' }, found)

  // What is said when all goes wrong: the agent's token no longer works, and then the server is gone.
  const param = { id: machine.agent_id }
  const { token: rotated } = await (await client.api.v1.agents[':id']['rotate-token'].$post({ param })).json()
  expect(await agent.stop()).toBe(0)
  const refused = startAgent(machine.home)
  await eventually(async () => /token/i.test(refused.output.text))
  expect(await server.stop()).toBe(0)
  expect(await cli('agents without a server', ['agents', 'list'])).not.toBe(0)
  await refused.stop()

  found
    .set('the server', server.output.text)
    .set('the agent', agent.output.text + refused.output.text)
    .set('events', await events)
  for (const [path, text] of filesOf(home)) found.set(path, text)
  for (const [path, text] of filesOf(machine.home)) if (!path.endsWith('agent.json')) found.set(path, text)
  expect(found.get('the server')).toMatch(/GET 200/)
  expect(found.get('events')).toContain('event: result_saved')
  const secrets = { ADMIN, WRONG, agent: machine.token, rotated }
  for (const [place, text] of found) {
    for (const [whose, secret] of Object.entries(secrets)) {
      expect(text.includes(secret), `the token (${whose}) in ${place}`).toBe(false)
      // The table of tokens is where the hashes of agents live.
      const isTable = /kitt\.db/.test(place) && (whose === 'agent' || whose === 'rotated')
      expect(!isTable && text.includes(sha256(secret)), `the hash (${whose}) in ${place}`).toBe(false)
    }
  }
}, 90_000)

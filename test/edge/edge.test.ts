import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createClient, type StreamEvent } from '../../app/client/client.ts'
import { openDatabase } from '../../db/open.ts'
import { sqldBinary } from '../_binaries.ts'
import { eventually } from '../_eventually.ts'
import { ADMIN_TOKEN, temporaryFolder } from '../_setup.ts'
import { startSqld } from '../e2e/_sqld.ts'
import { bundleForWeb } from './_bundle.ts'
import { startWorkerd, workerd } from './_workerd.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))

test('no file of app/ outside app/server, nor what it imports, needs a module of one runtime', async () => {
  const files = readdirSync(join(root, 'app'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('server/'))
    .map((path) => join('app', path))
  expect(files).toContain('app/app.ts')
  expect(await bundleForWeb(files)).toEqual([])
})

test('no file of app/ outside app/server, nor what it imports, names a global that the Web does not have', () => {
  const tsc = join(root, 'node_modules/.bin/tsc')
  const { stdout } = spawnSync(tsc, ['-p', here, '--listFiles'], { encoding: 'utf8' })
  const lines = stdout.split('\n')
  expect(lines).toContain(join(root, 'app/app.ts'))
  expect(lines.filter((line) => line.includes('error TS'))).toEqual([])
  // The types of a package may bring those of Node with them: then every global of Node would be known.
  expect(lines.filter((line) => /node_modules\/(@types\/node|bun-types)\//.test(line))).toEqual([])
})

test('the app on an edge runtime with a remote database: agents, results, their comparison and events', async ({
  skip,
}) => {
  const sqld = sqldBinary()
  skip(
    process.env['CI'] !== 'true' && !(sqld && workerd),
    'there is no workerd or no libSQL server for this machine',
  )
  const folder = temporaryFolder()
  const database = await startSqld(folder)
  ;(await openDatabase(database)).close()
  expect(await bundleForWeb(['test/edge/_edge-server.ts'], folder)).toEqual([])
  const edge = await startWorkerd(folder, { DATABASE_URL: database.url, ADMIN_TOKEN })
  const admin = createClient({ baseUrl: edge.url, token: ADMIN_TOKEN })
  const { api } = admin

  expect(await (await api.v1.health.$get()).json()).toEqual({ status: 'ok' })
  const { runtime } = await (await api.v1.version.$get()).json()
  expect(runtime).toBe('Cloudflare-Workers')

  const events = await follow(admin)
  const { agent_id, token } = await (await api.v1.agents.provision.$post({ json: { name: 'gpu-1' } })).json()
  const agent = createClient({ baseUrl: edge.url, token }).api.v1.agents
  const param = { id: agent_id }
  await agent.register.$post({ json: { name: 'gpu-1' } })
  const answer = await (await agent[':id'].heartbeat.$post({ param, json: { uptime_s: 1 } })).json()
  expect(answer).toMatchObject({ ack: true, agent_id, commands: [] })
  const agents = await (await api.v1.agents.$get({ query: {} })).json()
  expect(agents.items).toMatchObject([{ id: agent_id, name: 'gpu-1', status: 'online', uptime_s: 1 }])

  const report = async (model: string, avg_tps: number) => {
    const result_data = { model, engine: 'vllm', results: [{ metrics: { avg_tps } }] }
    const json = { command_id: `by-hand-${model}`, result_data }
    const { result_id } = await (await agent[':id'].results.$post({ param, json })).json()
    return String(result_id)
  }
  const slow = await report('slow', 50)
  const fast = await report('fast', 75)
  const results = await (await api.v1.results.$get({ query: { sort: '-metric:avg_tps' } })).json()
  expect(results.items.map(({ id, model }) => [id, model])).toEqual([
    [fast, 'fast'],
    [slow, 'slow'],
  ])
  const { metrics } = await (await api.v1.results.compare.$post({ json: { ids: [slow, fast] } })).json()
  expect(metrics).toMatchObject([
    { name: 'avg_tps', values: { [slow]: 50, [fast]: 75 }, delta_pct: { [fast]: 50 }, best: fast },
  ])

  await eventually(async () => events.length >= 5)
  expect(events).toMatchObject([
    { type: 'agent_status', data: { source_id: agent_id, status: 'provisioned' } },
    { type: 'changed', data: { source_id: agent_id, action: 'agents.provision' } },
    { type: 'agent_status', data: { source_id: agent_id, status: 'online' } },
    { type: 'result_saved', data: { result_id: slow } },
    { type: 'result_saved', data: { result_id: fast } },
  ])
  const refused = createClient({ baseUrl: edge.url, token: 'not-a-token' }).api.v1.agents
  await expect(refused[':id'].heartbeat.$post({ param, json: {} })).rejects.toMatchObject({ status: 403 })
  expect(edge.output.text).not.toMatch(/"level":"error"|exception/i)
})

/** Collects the events of a server, from when it is known to send them; ends with the test. */
async function follow(client: ReturnType<typeof createClient>): Promise<StreamEvent[]> {
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  const events: StreamEvent[] = []
  await new Promise<void>((resolve, reject) => {
    const stream = client.subscribe({
      signal: abort.signal,
      onState: (state) => state === 'open' && resolve(),
    })
    const collect = async () => {
      for await (const event of stream) events.push(event)
    }
    collect().catch(reject)
  })
  return events
}

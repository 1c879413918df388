import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, type RunningServer, startKitt } from './_server.ts'

const MODELS = ['qwen', 'llama', 'mistral']
const MODES = ['docker', 'native'] as const
const BENCHMARKS = ['throughput', 'latency']
const CELLS = MODELS.length * MODES.length * BENCHMARKS.length
/** How much of the campaign is over when the server is killed: runs ended, and ms after that. */
const MOMENTS = [
  [0, 0],
  [0, 120],
  [1, 0],
  [2, 150],
  [3, 60],
  [5, 0],
  [6, 220],
  [8, 90],
  [10, 0],
  [11, 100],
] as const

const campaignOf = async ({ client }: RunningServer, id: string) =>
  (await client.api.v1.campaigns[':id'].$get({ param: { id } })).json()

async function launch({ client }: RunningServer, agents: string[]): Promise<string> {
  const config = {
    models: MODELS.map((name) => ({ name })),
    engines: MODES.map((mode) => ({ name: 'simulated' as const, mode })),
    benchmarks: BENCHMARKS,
    options: { requests: 1, warmup: 0, output_tokens: 8 },
    agents,
  }
  const { id } = await (await client.api.v1.campaigns.$post({ json: { name: 'kill', config } })).json()
  await client.api.v1.campaigns[':id'].launch.$post({ param: { id } })
  return id
}

async function check(server: RunningServer, id: string) {
  const campaign = await eventually(async () => {
    const now = await campaignOf(server, id)
    return now.status !== 'queued' && now.status !== 'running' ? now : undefined
  }, 30)
  const { runs, ...counts } = campaign
  expect(counts, JSON.stringify(campaign)).toMatchObject({
    status: 'completed',
    total_runs: CELLS,
    succeeded: CELLS,
    failed: 0,
    skipped: 0,
    cancelled: 0,
  })
  const { client } = server
  const query = { campaign_id: id, per_page: '100' }
  const results = await (await client.api.v1.results.$get({ query })).json()
  const ofCells = results.items.map((result) => result.quick_test_id).sort()
  expect(ofCells).toEqual(runs.map((run) => run.quick_test_id).sort())
  expect(new Set(runs.map((run) => run.result_id)).size).toBe(CELLS)
  const tests = await (await client.api.v1.quicktest.$get({ query })).json()
  expect(tests.items.map((item) => item.status)).toEqual(Array(CELLS).fill('completed'))
  const { lines } = await (
    await client.api.v1.campaigns[':id'].logs.$get({ param: { id }, query: {} })
  ).json()
  expect(lines.filter(({ line }) => line.includes(': completed, '))).toHaveLength(CELLS)
  expect(lines.at(-1)?.line).toMatch(/^completed: 12 of 12 runs succeeded in /)
  return lines.filter(({ line }) => /running on v\d, attempt 2$/.test(line)).length
}

test('kill -9 at ten moments of a 3 × 2 × 2 campaign on two agents: it finishes, each cell with one result', async () => {
  const home = mkdtempSync(join(tmpdir(), 'kitt-home-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  let server = await startKitt({ home })
  const agents: string[] = []
  for (const name of ['v1', 'v2']) {
    const { agent_id } = await (await server.client.api.v1.agents.virtual.$post({ json: { name } })).json()
    agents.push(agent_id)
  }
  let interrupted = 0
  for (const [ended, ms] of MOMENTS) {
    const id = await launch(server, agents)
    await eventually(async () => (await campaignOf(server, id)).succeeded >= ended)
    await new Promise((resolve) => setTimeout(resolve, ms))
    await server.stop('SIGKILL')
    server = await startKitt({ home })
    interrupted += await check(server, id)
  }
  expect(interrupted).toBeGreaterThan(0)
  await server.stop()
}, 240_000)

import { expect } from 'vitest'
import { createRandom } from '../../agent/bench/random.ts'
import { temporaryFolder } from '../_setup.ts'
import { eventually, type RunningServer, runKitt, startKitt } from '../e2e/_server.ts'

const MODELS = ['qwen', 'llama', 'mistral']
const MODES = ['docker', 'native'] as const
const BENCHMARKS = ['throughput', 'latency']
const CELLS = MODELS.length * MODES.length * BENCHMARKS.length
/** Undefined where there was no answer: a machine that is starved loses a connection now and then. */
const campaignOf = async ({ client }: RunningServer, id: string) =>
  client.api.v1.campaigns[':id']
    .$get({ param: { id } })
    .then((answer) => answer.json())
    .catch(() => undefined)

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

const isOver = (campaign?: { status: string }) =>
  campaign !== undefined && campaign.status !== 'queued' && campaign.status !== 'running'

async function check(server: RunningServer, id: string, about: string) {
  const campaign = await eventually(async () => {
    const now = await campaignOf(server, id)
    return isOver(now) ? now : undefined
  }, 60)
  const { runs, ...counts } = campaign
  expect(counts, `${about}: ${JSON.stringify(campaign)}`).toMatchObject({
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

const PATIENCE_S = 30

/** How long after the start something of the campaign moves, in seconds; 0 where it is over. */
async function resumes(server: RunningServer, id: string): Promise<number> {
  const told = async () => {
    const { lines } = await (
      await server.client.api.v1.campaigns[':id'].logs.$get({ param: { id }, query: { limit: '5000' } })
    ).json()
    return lines.length
  }
  const before = await told()
  const from = performance.now()
  if (isOver(await campaignOf(server, id))) return 0
  await eventually(async () => isOver(await campaignOf(server, id)) || (await told()) > before, PATIENCE_S)
  return (performance.now() - from) / 1000
}

/**
 * Campaigns whose server is killed at a moment that the seed decides. Each must end with one result for every cell.
 * @returns how many runs had to be made a second time, and how long each campaign took to go on, in seconds
 */
export async function killCampaigns(first: number, seeds: number) {
  const home = temporaryFolder()
  let server = await startKitt({ home })
  const agents: string[] = []
  for (const name of ['v1', 'v2']) {
    const { agent_id } = await (await server.client.api.v1.agents.virtual.$post({ json: { name } })).json()
    agents.push(agent_id)
  }
  let again = 0
  const resumed: number[] = []
  for (let seed = first; seed < first + seeds; seed++) {
    const random = createRandom(seed)
    const moment = { ended: Math.floor(random() * CELLS), ms: random() * 250 }
    const id = await launch(server, agents)
    await eventually(async () => ((await campaignOf(server, id))?.succeeded ?? -1) >= moment.ended, 60)
    await new Promise((resolve) => setTimeout(resolve, moment.ms))
    await server.stop('SIGKILL')
    server = await startKitt({ home })
    resumed.push(await resumes(server, id))
    again += await check(server, id, `seed ${seed}`)
  }
  expect(await server.stop()).toBe(0)
  const { code, stderr } = await runKitt(['db', 'check'], { env: { KITT_HOME: home } })
  expect(code, stderr).toBe(0)
  return { again, resumed: resumed.sort((a, b) => a - b) }
}

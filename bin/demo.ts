import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { type Client, createClient } from '../app/client.ts'
import { kittHome } from '../app/server/home.ts'
import { followTest } from './follow.ts'
import { CommandFailed, print, say, table } from './output.ts'

const NAME = 'demo'

/** `kitt demo`: the main job, end to end, against a running server. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('Try a running server: a virtual agent runs a quick test on a simulated engine.')
    .option(
      '--server <url>',
      'the server (KITT_SERVER)',
      process.env['KITT_SERVER'] ?? 'http://127.0.0.1:8080',
    )
    .option('--token <token>', 'its admin token (KITT_TOKEN; on the same machine it is found by itself)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Examples:
  npx kitt demo
  npx kitt demo --server https://gpu-lab:8080 --token "$KITT_TOKEN" --json`,
    )
    .action(runDemo)
}

async function runDemo({ server, token, json }: { server: string; token?: string; json?: boolean }) {
  const client = createClient({ baseUrl: server, token: token ?? process.env['KITT_TOKEN'] ?? localToken() })
  const agent = await virtualAgent(client, server)
  say(
    `Virtual agent "${agent.name}" is there. Its engine is simulated: the numbers tell nothing about your hardware.`,
  )
  const test = await (
    await client.api.v1.quicktest.$post({
      json: {
        agent_id: agent.id,
        model_path: 'demo-model',
        engine_name: 'simulated',
        benchmark_name: 'throughput',
        suite_name: 'quick',
      },
    })
  ).json()
  say(`Quick test ${test.id}`)
  const status = await followTest(client, test.id, {
    status: (state, error) => say(`  ${state}${error ? `: ${error}` : ''}`),
    log: (line) => say(`  │ ${line}`),
    progress: (done, total) => say(`  ${done}/${total} requests`),
  })
  const { result_id, error } = await (
    await client.api.v1.quicktest[':id'].$get({ param: { id: test.id } })
  ).json()
  if (!result_id)
    throw new CommandFailed(
      `The quick test ${test.id} is ${status} without a result${error ? `: ${error}` : '.'}`,
    )
  const result = await (await client.api.v1.results[':id'].$get({ param: { id: result_id } })).json()
  print(json ? JSON.stringify(result) : resultTable(result as unknown as Measured))
}

const localToken = (): string | undefined => {
  const path = join(kittHome(), 'auth-token')
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
}

async function virtualAgent(client: Client, server: string): Promise<{ id: string; name: string }> {
  try {
    const { items } = await (
      await client.api.v1.agents.$get({ query: { tag: 'virtual', per_page: '100' } })
    ).json()
    const known = items.find((agent) => agent.name === NAME)
    if (known) return known
  } catch (error) {
    if (error instanceof TypeError)
      throw new CommandFailed(
        `There is no server at ${server}. Start one with "npm start", or name it with --server.`,
      )
    throw error
  }
  const made = await (await client.api.v1.agents.virtual.$post({ json: { name: NAME } })).json()
  return { id: made.agent_id, name: made.name }
}

const SHOWN = [
  ['output_tps', 'tok/s'],
  ['ttft_ms.p50', 'ms'],
  ['ttft_ms.p95', 'ms'],
  ['tpot_ms.p50', 'ms'],
  ['e2e_latency_ms.p50', 'ms'],
  ['request_rate_rps', 'requests/s'],
  ['failed_requests', 'of the run'],
] as const

type Measured = {
  id: string
  model: string
  engine: string
  results?: { metrics?: Record<string, unknown> }[]
}

function resultTable(result: Measured): string {
  const metrics = result.results?.[0]?.metrics ?? {}
  const rows = SHOWN.flatMap(([name, unit]) => {
    const value = name
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], metrics)
    return typeof value === 'number'
      ? [[name, Number.isInteger(value) ? String(value) : value.toFixed(1), unit]]
      : []
  })
  return `Result ${result.id}: ${result.model} on ${result.engine}, SIMULATED (no GPU was measured)\n\n${table(['metric', 'value', 'unit'], rows)}`
}

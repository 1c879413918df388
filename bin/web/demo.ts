import type { Command } from 'commander'
import type { Client } from '../../app/client/client.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { allAgents } from '../connection/find-agent.ts'
import { followTest, printEvents } from '../connection/follow.ts'
import { callName } from '../terminal/call-name.ts'
import { clientCommand } from '../terminal/command.ts'
import { CommandFailed, printJson, printTable, say } from '../terminal/output.ts'
import { measured, table } from '../terminal/table.ts'

const NAME = 'demo'
/** Shorter than a test in earnest: three seconds. */
const OPTIONS = { requests: 8 }

/** `kitt demo`: a quick test on a virtual agent, end to end, on a running server. */
export const demoCommand = (): Command =>
  clientCommand('demo', 'Try a running server: a virtual agent runs a quick test on a simulated engine.', [
    'kitt demo',
    'kitt demo --regression    an engine becomes slower: suspected, run again, confirmed, explained',
    'kitt demo --server https://gpu-lab:8080 --token "$KITT_TOKEN" --json',
  ])
    .option('--regression', 'an engine that becomes slower with an upgrade, and the alert that says so')
    .action(runDemo)

async function runDemo({
  json,
  regression,
  ...to
}: ConnectOptions & { json?: boolean; regression?: boolean }) {
  const { client, server } = connect(to)
  if (regression) return (await import('./demo-regression.ts')).demoRegression(client, server, json)
  const { api } = client
  const agent = await virtualAgent(client)
  say(
    `Virtual agent "${agent.name}" is ready. Its engine is simulated: the numbers say nothing about your hardware.`,
  )
  const asked = { agent_id: agent.id, model_path: 'demo-model', engine_name: 'simulated', options: OPTIONS }
  const { id } = await (await api.v1.quicktest.$post({ json: asked })).json()
  say(`Quick test ${id}`)
  const { end, ...watcher } = printEvents(true)
  // What the agent logs is for those who look for a fault: "kitt quicktest logs" has it.
  const status = await followTest(client, id, { ...watcher, log() {} }).finally(end)
  const { result_id, error } = await (await api.v1.quicktest[':id'].$get({ param: { id } })).json()
  if (!result_id)
    throw new CommandFailed(`The quick test ${id} is ${status} without a result${error ? `: ${error}` : '.'}`)
  const result = await (await api.v1.results[':id'].$get({ param: { id: result_id } })).json()
  if (json) return printJson(result)
  printTable(resultTable(result as unknown as Measured))
  printTable(`\n${next(server, result_id)}`)
}

const next = (server: string, result: string, kitt = callName()) =>
  [
    `See it: ${server}/results/${result}   ("${kitt} open" signs in)`,
    'Next:',
    ...[
      [`results show ${result}`, 'every metric of it'],
      ['demo --regression', 'an engine becomes slower: found and explained'],
      ['agents provision gpu-1', 'the command that installs an agent on a GPU host'],
    ].map(([words = '', about]) => `  ${kitt} ${words.padEnd(32)}${about}`),
  ].join('\n')

async function virtualAgent(client: Client): Promise<{ id: string; name: string }> {
  const known = (await allAgents(client, { tag: 'virtual' })).find((agent) => agent.name === NAME)
  if (known) return known
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

function resultTable({ id, model, engine, results }: Measured): string {
  const rows = SHOWN.flatMap(([name, unit]) => {
    const value = name
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], results?.[0]?.metrics)
    return typeof value === 'number' ? [{ name, value: measured(value), unit }] : []
  })
  const columns = [
    { head: 'metric', of: (row: (typeof rows)[number]) => row.name },
    { head: 'value', of: (row: (typeof rows)[number]) => row.value, kind: 'number' as const },
    { head: 'unit', of: (row: (typeof rows)[number]) => row.unit },
  ]
  return `Result ${id}: ${model} on ${engine}, SIMULATED (no GPU was measured)\n\n${table(columns, rows)}`
}

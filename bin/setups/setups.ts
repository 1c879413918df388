import type { Command } from 'commander'
import type { Setup, SetupMetric } from '../../app/setups/schema.ts'
import { defined } from '../../lib/defined.ts'
import { formatNumber, formatPercent } from '../../lib/format-number.ts'
import { SETUP_STATES } from '../../lib/states.ts'
import { agentColumn } from '../connection/agent-names.ts'
import { connect, type Options } from '../connection/connect.ts'
import { findId } from '../connection/find.ts'
import { collect } from '../connection/paging.ts'
import { clientCommand, command, oneOf, wholeNumber } from '../terminal/command.ts'
import { printSome } from '../terminal/list.ts'
import { type Column, measured, when } from '../terminal/table.ts'
import { showCommand } from './show.ts'

/** `kitt setups`: what is comparable, and how its runs do. */
export const setupsCommand = (): Command =>
  command('setups', 'What can be compared: model, engine, hardware and load, and how its runs do.', [
    'kitt setups list --state worse',
    'kitt setups show 9c1d2e3f4a5b6c7d',
  ])
    .addCommand(listCommand())
    .addCommand(showCommand())

/** The first metric of a setup: its last value and how far that is from the reference. */
function headline({ metrics }: Setup): string {
  const [first] = Object.entries(metrics)
  if (!first) return ''
  const [name, { last, delta_pct }] = first
  return `${name} ${measured(last)}${deltaText({ delta_pct })}`
}

const deltaText = ({ delta_pct }: Pick<SetupMetric, 'delta_pct'>) =>
  delta_pct === null ? '' : ` (${formatPercent(delta_pct)})`

const COLUMNS: Column<Setup>[] = [
  { head: 'id', of: ({ id }) => id, kind: 'id' },
  { head: 'state', of: ({ state }) => state, kind: 'state' },
  { head: 'setup', of: ({ label, simulated }) => (simulated ? `${label} (simulated)` : label) },
  { head: 'runs', of: ({ runs }) => formatNumber(runs), kind: 'number' },
  { head: 'last', of: ({ last_at }) => when(last_at), kind: 'time', extra: true },
  { head: 'last value', of: headline },
]

type Filter = {
  model?: string
  engine?: string
  agent?: string
  gpu?: string
  benchmark?: string
  state?: Setup['state']
  search?: string
}

const listCommand = () =>
  clientCommand('list', 'List setups, the worst first.', [
    'kitt setups list',
    'kitt setups list --model Qwen2.5-7B --engine vllm',
  ])
    .option('--model <name>', 'only this model')
    .option('--engine <name>', 'only this engine')
    .option('--agent <agent>', 'only those of this agent, by name or id')
    .option('--gpu <model>', 'only this model of GPU')
    .option('--benchmark <name>', 'only this benchmark')
    .option(
      '--state <state>',
      'worse, confirming, suspect, missing, improved, learning or steady',
      oneOf(SETUP_STATES),
    )
    .option('--search <text>', 'only those whose name contains this')
    .option('--limit <n>', 'how many at most', wholeNumber, 25)
    .action(async ({ json, limit, ...options }: Options & Filter & { limit: number }) => {
      const { client } = connect(options)
      const { api } = client
      const agent = options.agent && (await findId(client, 'agent', options.agent))
      const filter = queryOf({ ...options, ...(agent ? { agent } : {}) })
      const found = await collect((page) => api.v1.setups.$get({ query: { ...filter, ...page } }), limit)
      const agents = json ? [] : await agentColumn(client, found.items)
      printSome(found, COLUMNS.toSpliced(3, 0, ...agents), 'setups', json)
    })

const queryOf = ({ model, engine, agent, gpu, benchmark, state, search }: Filter) =>
  defined({ model, engine, agent_id: agent, gpu_model: gpu, benchmark, state, q: search })

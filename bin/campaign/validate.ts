import { plural } from '../../lib/format-number.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { clientCommand } from '../terminal/command.ts'
import { CommandFailed, printJson, printTable, say } from '../terminal/output.ts'
import { type Column, table } from '../terminal/table.ts'
import { campaignOf } from './create.ts'
import { sayWarnings } from './warnings.ts'

type Options = ConnectOptions & { json?: boolean; file: string; agent?: string }
type Skipped = { model: string; engine: string; benchmark: string; reason: string }

const SKIPPED: Column<Skipped>[] = [
  { head: 'model', of: ({ model }) => model },
  { head: 'engine', of: ({ engine }) => engine },
  { head: 'benchmark', of: ({ benchmark }) => benchmark },
  { head: 'would be skipped because', of: ({ reason }) => reason },
]

/** @throws CommandFailed for a campaign without a run, with what its file lacks */
function requireRuns(file: string, config: object, total: number): void {
  if (total > 0) return
  const lists = ['models', 'engines', 'benchmarks'] as const
  const empty = lists.filter((name) => (config as Record<string, unknown[] | undefined>)[name]?.length === 0)
  throw new CommandFailed(`${file} would run nothing: it has no ${empty.join(' and no ') || 'runs'}.`)
}

export const validateCommand = () =>
  clientCommand('validate', 'Check the file of a campaign and tell what it would run; nothing is created.', [
    'kitt campaign validate -f sweep.yaml',
  ])
    .requiredOption('-f, --file <file>', 'the file; - is stdin')
    .option('--agent <agent>', 'id or name of its agent, instead of the one in the file')
    .action(async ({ json, file, agent, ...to }: Options) => {
      const { client } = connect(to)
      const campaign = await campaignOf(client, { file, ...(agent === undefined ? {} : { agent }) })
      const found = await (await client.api.v1.campaigns.validate.$post({ json: campaign })).json()
      if (json) printJson(found)
      requireRuns(file, campaign.config, found.total_runs)
      if (json) return
      const { total_runs, agents, skipped, warnings } = found
      const on =
        agents.length > 0 ? ` on ${agents.join(', ')}` : '. It names no agent: give it one to launch it'
      say(`${file} is valid: ${plural(total_runs, 'run')}${on}.`)
      if (skipped.length > 0) printTable(table(SKIPPED, skipped))
      sayWarnings(warnings)
    })

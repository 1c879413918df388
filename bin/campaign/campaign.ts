import type { Command } from 'commander'
import type { Campaign, CampaignRun } from '../../app/campaigns/schema.ts'
import { formatNumber } from '../../lib/format-number.ts'
import { benchmarkThatRuns, benchmarkWords, optionWords, telling } from '../../lib/load-words.ts'
import { CAMPAIGN_STATES } from '../../lib/states.ts'
import { agentName } from '../connection/agent-names.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findId, findIds } from '../connection/find.ts'
import { collect } from '../connection/paging.ts'
import { clientCommand, command, oneOf, wholeNumber } from '../terminal/command.ts'
import { print, printJson, printTable, say } from '../terminal/output.ts'
import { type Column, facts, measured, table, when } from '../terminal/table.ts'
import { timeLeft, waitWords } from '../terminal/time-left.ts'
import { againCommand, copyCommand } from './copy.ts'
import { createCommand } from './create.ts'
import { leftOutLines } from './left-out.ts'
import { removeCommand } from './remove.ts'
import { launchCommand, retryCommand, watchCommand } from './run.ts'
import { validateCommand } from './validate.ts'

type Options = ConnectOptions & { json?: boolean }

/** `kitt campaign`: models × engines × benchmarks as tests. */
export const campaignCommand = (): Command =>
  command('campaign', 'Campaigns: many tests from one file.', [
    'kitt campaign create -f sweep.yaml --launch --watch',
    'kitt campaign list',
    'kitt campaign retry 4f0c9a3be1d27586 --watch',
  ])
    .addCommand(createCommand())
    .addCommand(launchCommand())
    .addCommand(watchCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(cancelCommand())
    .addCommand(retryCommand())
    .addCommand(copyCommand())
    .addCommand(againCommand())
    .addCommand(validateCommand())
    .addCommand(removeCommand())

/** `completed, 3 of 8 failed`: a campaign of which runs failed is not simply completed. */
function endOf({ status, failed, skipped, total_runs }: Campaign): string {
  if (status !== 'completed') return status
  const of = (n: number, what: string) =>
    n > 0 ? [`${formatNumber(n)} of ${formatNumber(total_runs)} ${what}`] : []
  return [status, ...of(failed, 'failed'), ...of(skipped, 'skipped')].join(', ')
}

const COLUMNS: Column<Campaign>[] = [
  { head: 'id', of: ({ id }) => id, kind: 'id' },
  { head: 'name', of: ({ name }) => name },
  { head: 'status', of: endOf, kind: 'state' },
  { head: 'runs', of: ({ total_runs }) => String(total_runs), kind: 'number' },
  { head: 'succeeded', of: ({ succeeded }) => String(succeeded), kind: 'number' },
  { head: 'failed', of: ({ failed }) => String(failed), kind: 'number' },
  { head: 'time left', of: ({ expected_end_at }) => timeLeft(expected_end_at) },
  { head: 'created', of: ({ created_at }) => when(created_at), kind: 'time', extra: true },
]

const listCommand = () =>
  clientCommand('list', 'List campaigns, newest first.', ['kitt campaign list --status running'])
    .option(
      '--status <status>',
      'draft, queued, running, completed (some of its runs may have failed), failed or cancelled',
      oneOf(CAMPAIGN_STATES),
    )
    .option('--limit <n>', 'how many at most', wholeNumber, 25)
    .action(async ({ json, status, limit, ...to }: Options & { status?: string; limit: number }) => {
      const { api } = connect(to).client
      const filter = status ? { status } : {}
      const found = await collect(
        (page) => api.v1.campaigns.$get({ query: { ...page, ...filter } as typeof page }),
        limit,
      )
      if (json) return printJson(found)
      if (found.items.length > 0) printTable(table(COLUMNS, found.items))
      say(`${formatNumber(found.items.length)} of ${formatNumber(found.total)} campaigns`)
    })

/** A longer load is cut: the cell itself never is. */
const LOAD_MAX = 40

/** The benchmark of each run, with the options in which runs of their own differ: `load, concurrency 4`. */
function benchmarksOf(runs: readonly CampaignRun[], ofAll: unknown): (run: CampaignRun) => string {
  const short = telling(runs.flatMap(({ options }) => (options ? [options] : [])))
  return (run) => {
    const load = run.options ? optionWords(short(run.options)).slice(0, LOAD_MAX) : ''
    return benchmarkWords(benchmarkThatRuns({ ...run, options: run.options ?? ofAll }), load)
  }
}

/** Columns that are empty for every run are left out. */
const filled = (columns: Column<CampaignRun>[], runs: readonly CampaignRun[]) =>
  columns.filter(({ of }) => runs.some((run) => of(run) !== ''))

/** @param ofAll the options of the campaign, for runs without their own */
const runColumns = (runs: readonly CampaignRun[], ofAll: unknown): Column<CampaignRun>[] => [
  { head: '#', of: ({ idx }) => String(idx + 1), kind: 'number' },
  { head: 'model', of: ({ model }) => model },
  { head: 'engine', of: ({ engine }) => engine },
  { head: 'benchmark', of: benchmarksOf(runs, ofAll), kind: 'id' },
  { head: 'status', of: ({ status }) => status, kind: 'state' },
  { head: 'agent', of: ({ agent_name }) => agent_name ?? '' },
  { head: 'measured', of: ({ metric }) => (metric ? `${measured(metric.value)} ${metric.unit}` : '') },
  { head: 'time left', of: ({ place, expected_end_at }) => waitWords(place, expected_end_at) },
  { head: 'result', of: ({ result_id }) => result_id ?? '', kind: 'id' },
  { head: 'reason', of: ({ reason }) => reason ?? '' },
]

const showCommand = () =>
  clientCommand('show', 'Show one campaign and its runs.', ['kitt campaign show 4f0c9a3be1d27586'])
    .argument('<id>', 'the campaign')
    .action(async (asked: string, { json, ...to }: Options) => {
      const { client } = connect(to)
      const id = await findId(client, 'campaign', asked)
      const answer = await client.api.v1.campaigns[':id'].$get({ param: { id } })
      if (json) return print((await answer.text()).trim())
      const { runs, config, schedule, created_at, started_at, completed_at, expected_end_at, ...rest } =
        await answer.json()
      printTable(
        facts([
          ...Object.entries(rest),
          ['agent', await agentName(client, rest.agent_id)],
          ['created_at', when(created_at)],
          ['started_at', started_at && when(started_at)],
          ['completed_at', completed_at && when(completed_at)],
          ['time left', timeLeft(expected_end_at)],
          ['schedule', schedule?.name],
        ]),
      )
      if (runs.length > 0) printTable(`\n${table(filled(runColumns(runs, config['options']), runs), runs)}`)
      for (const line of leftOutLines(runs)) print(line)
    })

const cancelCommand = () =>
  clientCommand('cancel', 'Cancel queued or running campaigns.', ['kitt campaign cancel 4f0c9a3be1d27586'])
    .argument('<ids...>', 'the campaigns')
    .action(async (asked: string[], { json, ...to }: Options) => {
      const { client } = connect(to)
      const ids = await findIds(client, 'campaign', asked)
      for (const id of ids) {
        await client.api.v1.campaigns[':id'].cancel.$post({ param: { id } })
        if (!json) say(`Cancelled ${id}.`)
      }
      if (json) printJson({ cancelled: ids })
    })

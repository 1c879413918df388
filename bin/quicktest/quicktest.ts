import type { Command } from 'commander'
import type { Client } from '../../app/client/client.ts'
import type { QuickTest } from '../../app/quicktests/schema.ts'
import { metricInfo } from '../../app/results/metric-units.ts'
import { benchmarkThatRuns } from '../../lib/load-words.ts'
import { metricWords } from '../../lib/main-metric.ts'
import { progressWords } from '../../lib/progress-words.ts'
import { TEST_STATES } from '../../lib/states.ts'
import { connect, type Options } from '../connection/connect.ts'
import { findId, findIds } from '../connection/find.ts'
import { collect } from '../connection/paging.ts'
import { clientCommand, command, oneOf, wholeNumber } from '../terminal/command.ts'
import { printSome } from '../terminal/list.ts'
import { printJson, printTable, say } from '../terminal/output.ts'
import { type Column, facts, when } from '../terminal/table.ts'
import { timeLeft } from '../terminal/time-left.ts'
import { logsCommand } from './logs.ts'
import { rerunCommand } from './rerun.ts'
import { runCommand } from './run.ts'

/** `kitt quicktest`: one test on one agent. */
export const quicktestCommand = (): Command =>
  command('quicktest', 'Tests of one model on one engine of one agent.', [
    'kitt quicktest run --agent gpu-1 --model /models/Qwen2.5-7B --engine vllm --follow',
    'kitt quicktest list --status running',
  ])
    .addCommand(runCommand())
    .addCommand(rerunCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(logsCommand())
    .addCommand(cancelCommand())

const benchmarkOf = ({ benchmark_name, ...rest }: QuickTest) =>
  benchmarkThatRuns({ benchmark: benchmark_name, ...rest })

const headlineText = ({ headline }: QuickTest) =>
  headline && metricWords({ ...headline, unit: metricInfo(headline.name).unit ?? '' })

const COLUMNS: Column<QuickTest>[] = [
  { head: 'id', of: ({ id }) => id, kind: 'id' },
  { head: 'status', of: ({ status }) => status, kind: 'state' },
  { head: 'agent', of: ({ agent_name }) => agent_name },
  { head: 'model', of: ({ model_path }) => model_path },
  { head: 'engine', of: ({ engine_name }) => engine_name },
  {
    head: 'benchmark',
    of: (test) => (test.suite_name === 'quick' ? benchmarkOf(test) : test.suite_name),
    extra: true,
  },
  { head: 'created', of: ({ created_at }) => when(created_at), kind: 'time', extra: true },
  { head: 'result', of: ({ result_id }) => result_id ?? '', kind: 'id' },
]

type Filter = { status?: string; agent?: string; campaign?: string; limit: number }

const listCommand = () =>
  clientCommand('list', 'List tests, newest first.', [
    'kitt quicktest list',
    'kitt quicktest list --agent gpu-1 --status failed --json',
  ])
    .option(
      '--status <status>',
      'queued, dispatched, running, completed, failed or cancelled',
      oneOf(TEST_STATES),
    )
    .option('--agent <agent>', 'only those of this agent, by name or id')
    .option('--campaign <campaign>', 'only those of this campaign, by name or id')
    .option('--limit <n>', 'how many at most', wholeNumber, 25)
    .action(async ({ json, status, agent, campaign, limit, ...to }: Options & Filter) => {
      const { client } = connect(to)
      const filter = {
        ...(status ? { status } : {}),
        ...(agent ? await agentFilter(client, agent) : {}),
        ...(campaign ? { campaign_id: await findId(client, 'campaign', campaign) } : {}),
      }
      const found = await collect(
        (page) => client.api.v1.quicktest.$get({ query: { ...page, ...filter } as typeof page }),
        limit,
      )
      printSome(found, COLUMNS, 'tests', json)
    })

/** By name first: tests keep that of an agent that was deleted. @throws CommandFailed if there is neither */
async function agentFilter(
  client: Client,
  agent: string,
): Promise<{ agent_name: string } | { agent_id: string }> {
  const query = { agent_name: agent, per_page: '1' } as never
  const { total } = await (await client.api.v1.quicktest.$get({ query })).json()
  return total > 0 ? { agent_name: agent } : { agent_id: await findId(client, 'agent', agent) }
}

const showCommand = () =>
  clientCommand('show', 'Show one test.', ['kitt quicktest show 4f0c9a3be1d27586'])
    .argument('<id>', 'the test')
    .action(async (asked: string, { json, ...to }: Options) => {
      const { client } = connect(to)
      const id = await findId(client, 'quicktest', asked)
      const test = await (await client.api.v1.quicktest[':id'].$get({ param: { id } })).json()
      if (json) return printJson(test)
      const { options, progress, created_at, started_at, completed_at, place, ...more } = test
      const { expected_start_at, expected_end_at, ...rest } = more
      printTable(
        facts([
          ...Object.entries({
            ...rest,
            benchmark_name: benchmarkOf(test),
            headline: headlineText(test),
          }),
          ['options', options && JSON.stringify(options)],
          [
            'progress',
            progress && `${progress.label ? `${progress.label} · ` : ''}${progressWords(progress)}`,
          ],
          ['created_at', when(created_at)],
          ['started_at', started_at && when(started_at)],
          ['completed_at', completed_at && when(completed_at)],
          ['in the queue', place && (place === 1 ? 'next' : `${place - 1} before it`)],
          ['begins in', place && timeLeft(expected_start_at)],
          ['time left', timeLeft(expected_end_at)],
        ]),
      )
    })

const cancelCommand = () =>
  clientCommand('cancel', 'Cancel tests that have not ended.', ['kitt quicktest cancel 4f0c9a3be1d27586'])
    .argument('<ids...>', 'the tests')
    .action(async (asked: string[], { json, ...to }: Options) => {
      const { client } = connect(to)
      const ids = await findIds(client, 'quicktest', asked)
      for (const id of ids) {
        await client.api.v1.quicktest[':id'].cancel.$post({ param: { id } })
        if (!json) say(`Cancelled ${id}.`)
      }
      if (json) printJson({ cancelled: ids })
    })

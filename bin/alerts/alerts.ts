import type { Command } from 'commander'
import type { Alert } from '../../app/alerts/schema.ts'
import { defined } from '../../lib/defined.ts'
import { ALERT_STATES } from '../../lib/states.ts'
import { agentColumn } from '../connection/agent-names.ts'
import { connect, type Options } from '../connection/connect.ts'
import { findId } from '../connection/find.ts'
import { collect } from '../connection/paging.ts'
import { clientCommand, command, oneOf, wholeNumber } from '../terminal/command.ts'
import { printSome } from '../terminal/list.ts'
import { type Column, when } from '../terminal/table.ts'
import { timeAgo } from '../terminal/time.ts'
import { metricChange } from '../verdicts/words.ts'
import { showCommand } from './show.ts'
import { silenceCommand, stepCommand } from './steps.ts'

/** `kitt alerts`: what may have become worse, and what became of it. */
export const alertsCommand = (): Command =>
  command('alerts', 'What became worse: suspected, confirmed by running again, and dealt with.', [
    'kitt alerts list --state confirmed',
    'kitt alerts show 4f0c9a3be1d27586',
    'kitt alerts accept 4f0c9a3be1d27586 --note "the new scheduler costs this"',
  ])
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(stepCommand('ack', 'acknowledge', 'Say that you look into an alert.', 'Acknowledged'))
    .addCommand(
      stepCommand('accept', 'accept', 'Accept the change: a new segment begins with it.', 'Accepted'),
    )
    .addCommand(stepCommand('resolve', 'resolve', 'Say that it is as before again.', 'Resolved'))
    .addCommand(silenceCommand())
    .addCommand(
      stepCommand('false-alarm', 'false-alarm', 'Say that nothing became worse.', 'Marked as false alarm'),
    )
    .addCommand(stepCommand('confirm', 'confirm', 'Run the test again to confirm it.', 'Runs are queued for'))

const COLUMNS: Column<Alert>[] = [
  { head: 'id', of: ({ id }) => id, kind: 'id' },
  { head: 'state', of: stateOf, kind: 'verdict' },
  { head: 'change', of: ({ metric, delta_pct }) => `${metric} ${metricChange(metric, delta_pct)}` },
  { head: 'setup', of: ({ setup_label }) => setup_label },
  { head: 'since', of: ({ created_at }) => when(created_at), kind: 'time', extra: true },
  { head: 'reason', of: ({ reason }) => reason },
]

function stateOf({ state, confirmed_runs, planned_runs }: Alert): string {
  return state === 'confirming'
    ? `confirming ${confirmed_runs} of ${planned_runs}`
    : state.replaceAll('_', ' ')
}

type Filter = { state?: Alert['state']; setup?: string; agent?: string; since?: string; limit: number }

const listCommand = () =>
  clientCommand('list', 'List alerts, newest first.', [
    'kitt alerts list',
    'kitt alerts list --state confirmed --since 2026-01-01',
  ])
    .option(
      '--state <state>',
      'suspect, confirming, confirmed, acknowledged, silenced, cleared, unclear, …',
      oneOf(ALERT_STATES),
    )
    .option('--setup <id>', 'only those of this setup')
    .option('--agent <agent>', 'only those of this agent, by name or id')
    .option('--since <time>', 'from this time on: 2026-01-31, or 7d, 12h, 30m ago', timeAgo)
    .option('--limit <n>', 'how many at most', wholeNumber, 25)
    .action(async ({ json, limit, state, setup, agent, since, ...to }: Options & Filter) => {
      const { client } = connect(to)
      const { api } = client
      const filter = defined({
        state,
        setup_id: setup && (await findId(client, 'setup', setup)),
        agent_id: agent && (await findId(client, 'agent', agent)),
        since,
      })
      const found = await collect((page) => api.v1.alerts.$get({ query: { ...filter, ...page } }), limit)
      const agents = json ? [] : await agentColumn(client, found.items)
      printSome(found, COLUMNS.toSpliced(4, 0, ...agents), 'alerts', json)
    })

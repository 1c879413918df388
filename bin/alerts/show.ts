import type { AlertDetail } from '../../app/alerts/schema.ts'
import { connect, type Options } from '../connection/connect.ts'
import { findId } from '../connection/find.ts'
import { clientCommand } from '../terminal/command.ts'
import { printJson, printTable } from '../terminal/output.ts'
import { type Column, facts, measured, table, when } from '../terminal/table.ts'
import { differenceText, metricChange, metricInterval, valueText } from '../verdicts/words.ts'

export const showCommand = () =>
  clientCommand('show', 'Show one alert: what changed, its runs and its history.', [
    'kitt alerts show 4f0c9a3be1d27586',
  ])
    .argument('<id>', 'the alert')
    .action(async (asked: string, { json, ...to }: Options) => {
      const { client } = connect(to)
      const id = await findId(client, 'alert', asked)
      const alert = await (await client.api.v1.alerts[':id'].$get({ param: { id } })).json()
      if (json) return printJson(alert)
      show(alert)
    })

function show(alert: AlertDetail) {
  const { id, setup_id, setup_label, state, reason, silenced_until, silenced_version } = alert
  const differs = alert.differs.length > 0 ? alert.differs : (alert.began?.differs ?? [])
  printTable(
    facts([
      ['changed', differs.length > 0 ? differs.map(differenceText) : 'nothing known in the environment'],
      ['id', id],
      ['setup', `${setup_label} (${setup_id})`],
      ['state', state.replaceAll('_', ' ')],
      ['reason', reason],
      ['runs', `${alert.confirmed_runs} of ${alert.planned_runs} confirming`],
      ['silenced until', silenced_until && when(silenced_until)],
      ['silenced until version', silenced_version],
      ['began', alert.began && `${when(alert.began.at)} (${alert.began.result_id})`],
      ['since', when(alert.created_at)],
    ]),
  )
  printTable(`\n${table(METRICS, alert.metrics)}`)
  if (alert.runs.length > 0) printTable(`\n${table(RUNS, alert.runs)}`)
  if (alert.steps.length > 0) printTable(`\n${table(STEPS, alert.steps)}`)
}

const METRICS: Column<AlertDetail['metrics'][number]>[] = [
  { head: 'metric', of: ({ name }) => name },
  { head: 'unit', of: ({ unit }) => unit ?? '' },
  { head: 'reference', of: ({ reference }) => measured(reference), kind: 'number' },
  { head: 'now', of: ({ value }) => measured(value), kind: 'number' },
  { head: 'change', of: ({ name, delta_pct }) => metricChange(name, delta_pct), kind: 'number' },
  { head: '95 % interval', of: ({ name, ci95 }) => metricInterval(name, ci95), kind: 'number' },
]

const RUNS: Column<AlertDetail['runs'][number]>[] = [
  { head: 'run', of: ({ role }) => role },
  { head: 'at', of: ({ at }) => when(at), kind: 'time' },
  { head: 'value', of: ({ value }) => valueText(value), kind: 'number' },
  { head: 'result', of: ({ result_id }) => result_id ?? '', kind: 'id' },
  { head: 'test', of: ({ test_id }) => test_id ?? '', kind: 'id' },
  { head: 'valid', of: ({ valid }) => (valid === null ? '' : valid ? 'yes' : 'no') },
]

const STEPS: Column<AlertDetail['steps'][number]>[] = [
  { head: 'step', of: ({ state }) => state.replaceAll('_', ' ') },
  { head: 'at', of: ({ at }) => when(at), kind: 'time' },
  { head: 'by', of: ({ by }) => by },
  { head: 'note', of: ({ note }) => note },
]

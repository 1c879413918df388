import type { Client } from '../../app/client/client.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findIds } from '../connection/find.ts'
import { clientCommand, several, wholeNumber } from '../terminal/command.ts'
import { CommandFailed, printJson, printTable, say } from '../terminal/output.ts'
import { type Column, measured, table } from '../terminal/table.ts'
import { differenceText } from '../verdicts/words.ts'

type Options = ConnectOptions & { json?: boolean; metric?: string[]; limit: number }
type Comparison = Awaited<
  ReturnType<Awaited<ReturnType<Client['api']['v1']['results']['compare']['$post']>>['json']>
>
type Metric = Comparison['metrics'][number]

export const compareCommand = () =>
  clientCommand('compare', 'Compare results side by side; the first is the baseline.', [
    'kitt results compare 4f0c9a3be1d27586 a0b1c2d3e4f50617',
    'kitt results compare <id> <id> <id> --metric output_tps --metric ttft_ms.p99',
  ])
    .argument('<ids...>', 'two to fifty results')
    .option('--metric <name>', 'only this metric; may be repeated', several)
    .option('--limit <n>', 'how many metrics at most', wholeNumber, 40)
    .action(async (asked: string[], { json, metric, limit, ...to }: Options) => {
      const { client } = connect(to)
      const ids = await findIds(client, 'result', asked)
      const found = await (await client.api.v1.results.compare.$post({ json: { ids } })).json()
      if (json) return printJson(found)
      if (found.missing.length > 0) throw new CommandFailed(`There is no result ${found.missing.join(', ')}.`)
      const metrics = found.metrics.filter(({ name }) => !metric || metric.includes(name))
      printTable(
        table(
          SIDES,
          found.items.map((item, i) => ({ ...item, letter: letterOf(i) })),
        ),
      )
      printTable(`\n${table(columnsFor(ids), metrics.slice(0, limit))}`)
      const { level, remarks, differs } = found.comparable
      if (level === 'not_comparable') say(`Not comparable: ${differs.map(differenceText).join(', ')}`)
      else for (const remark of remarks) say(`Remark: ${remark}`)
      if (metrics.length > limit) say(`${metrics.length - limit} more metrics: see --limit.`)
    })

/** A to Z, then AA. */
const letterOf = (i: number): string =>
  (i < 26 ? '' : String.fromCharCode(64 + Math.floor(i / 26))) + String.fromCharCode(65 + (i % 26))

const SIDES: Column<Comparison['items'][number] & { letter: string }>[] = [
  { head: '', of: ({ letter }) => letter },
  { head: 'id', of: ({ id }) => id, kind: 'id' },
  { head: 'model', of: ({ model }) => model },
  { head: 'engine', of: ({ engine, simulated }) => (simulated ? `${engine} (simulated)` : engine) },
]

/** A column per result: its value, the difference from the first, and a star for the best. */
const columnsFor = (ids: string[]): Column<Metric>[] => [
  { head: 'metric', of: ({ name }) => name },
  { head: 'unit', of: ({ unit }) => unit ?? '' },
  ...ids.map((id, i) => ({
    head: letterOf(i),
    of: ({ values, delta_pct, best, verdict }: Metric) => {
      const value = values[id]
      if (value === null || value === undefined) return '-'
      const delta = i === 0 ? null : delta_pct[id]
      const shown = typeof delta === 'number' ? ` (${delta >= 0 ? '+' : ''}${delta.toFixed(1)} %)` : ''
      const said = verdict[id] === 'worse' || verdict[id] === 'better' ? ` ${verdict[id]}` : ''
      return `${measured(value)}${shown}${said}${best === id ? ' *' : '  '}`
    },
    kind: 'number' as const,
  })),
]

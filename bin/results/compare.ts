import type { Client } from '../../app/client/client.ts'
import { countOf, FEW_TEXT, isTooFew } from '../../lib/few-samples.ts'
import { formatPercent } from '../../lib/format-number.ts'
import { loadShort } from '../../lib/load-words.ts'
import { mainFirst } from '../../lib/metric-order.ts'
import { didYouMean } from '../../lib/nearest.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findIds } from '../connection/find.ts'
import { clientCommand, several, wholeNumber } from '../terminal/command.ts'
import { CommandFailed, print, printJson, printTable, say, UsageError } from '../terminal/output.ts'
import { type Column, measured, table } from '../terminal/table.ts'
import { differenceText } from '../verdicts/words.ts'
import { engineOf, optionsOf } from './view.ts'

type Options = ConnectOptions & { json?: boolean; metric?: string[]; limit: number }
type Comparison = Awaited<
  ReturnType<Awaited<ReturnType<Client['api']['v1']['results']['compare']['$post']>>['json']>
>
type Metric = Comparison['metrics'][number]

const MOST = 50

export const compareCommand = () =>
  clientCommand('compare', 'Compare results side by side; the first is the baseline.', [
    'kitt results compare 4f0c9a3be1d27586 a0b1c2d3e4f50617',
    'kitt results compare <id> <id> <id> --metric output_tps --metric ttft_ms.p99',
  ])
    .argument('<ids...>', 'two to fifty results')
    .option('--metric <name>', 'only this metric; may be repeated', several)
    .option('--limit <n>', 'how many metrics at most', wholeNumber, 40)
    .action(async (asked: string[], { json, metric, limit, ...to }: Options) => {
      if (asked.length < 2) throw new UsageError('Name at least two results.')
      if (asked.length > MOST) throw new UsageError(`Name at most ${MOST} results.`)
      const { client } = connect(to)
      const ids = await findIds(client, 'result', asked)
      const found = await (await client.api.v1.results.compare.$post({ json: { ids } })).json()
      requireMetrics(found, metric)
      if (json) return printJson(found)
      if (found.missing.length > 0) throw new CommandFailed(`There is no result ${found.missing.join(', ')}.`)
      const { level, remarks, differs } = found.comparable
      if (level === 'not_comparable') print(`Not comparable: ${differs.map(differenceText).join(', ')}`)
      const metrics = mainFirst(found.metrics.filter(({ name }) => !metric || metric.includes(name)))
      const shown = metrics.slice(0, limit)
      const isFew = fewOf(found.metrics)
      printTable(
        table(
          SIDES,
          found.items.map((item, i) => ({ ...item, letter: letterOf(i) })),
        ),
      )
      printTable(`\n${table(columnsFor(ids, isFew), shown)}`)
      for (const line of legend(ids, shown, isFew)) print(line)
      for (const remark of level === 'not_comparable' ? [] : remarks) say(`Remark: ${remark}`)
      if (metrics.length > limit) say(`${metrics.length - limit} more metrics: see --limit.`)
    })

/** A to Z, then AA. */
const letterOf = (i: number): string =>
  (i < 26 ? '' : String.fromCharCode(64 + Math.floor(i / 26))) + String.fromCharCode(65 + (i % 26))

const SIDES: Column<Comparison['items'][number] & { letter: string }>[] = [
  { head: '', of: ({ letter }) => letter },
  { head: 'id', of: ({ id }) => id, kind: 'id' },
  { head: 'model', of: ({ model }) => model },
  { head: 'engine', of: engineOf },
  { head: 'load', of: (item) => loadShort(optionsOf(item)), kind: 'id' },
]

/** @throws UsageError for a metric that none of the results has, with the nearest name */
function requireMetrics({ metrics }: Comparison, asked: string[] = []): void {
  const names = metrics.map(({ name }) => name)
  const unknown = asked.find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw new UsageError(
      `None of these results has the metric "${unknown}". ${didYouMean(unknown, names)}`.trim(),
    )
}

const STAR = ' *'
const FEW = '?'

/** Whether a value is a percentile of too few requests. */
type IsFew = (metric: Metric, id: string) => boolean

const fewOf = (all: readonly Metric[]): IsFew => {
  const counts = new Map(all.map(({ name, values }) => [name, values]))
  return ({ name, values }, id) =>
    typeof values[id] === 'number' && isTooFew(name, counts.get(countOf(name))?.[id] ?? undefined)
}

/** What the marks in the table mean; those that do not occur are left out. */
function legend(ids: string[], shown: readonly Metric[], isFew: IsFew): string[] {
  const hasStar = shown.some(({ best }) => best !== null)
  const hasFew = shown.some((metric) => ids.some((id) => isFew(metric, id)))
  return [
    ...(hasStar ? [`*  ${ids.length > 2 ? 'best' : 'better'} value`] : []),
    ...(hasFew ? [`${FEW}  ${FEW_TEXT.toLowerCase()}`] : []),
  ]
}

/** A column per result: its value, the difference from the first, and a star for the best. */
const columnsFor = (ids: string[], isFew: IsFew): Column<Metric>[] => [
  { head: 'metric', of: ({ name }) => name },
  { head: 'unit', of: ({ unit }) => unit ?? '' },
  ...ids.map((id, i) => ({
    head: letterOf(i),
    of: (metric: Metric) => {
      const { values, delta_pct, best, verdict } = metric
      const value = values[id]
      if (value === null || value === undefined) return '-'
      const delta = i === 0 ? null : delta_pct[id]
      const shown = typeof delta === 'number' ? ` (${formatPercent(delta)})` : ''
      const said = verdict[id] === 'worse' || verdict[id] === 'better' ? ` ${verdict[id]}` : ''
      const few = isFew(metric, id) ? FEW : ''
      return `${measured(value)}${few}${shown}${said}${best === id ? STAR : '  '}`
    },
    kind: 'number' as const,
  })),
]

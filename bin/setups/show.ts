import { fieldWords } from '../../app/setups/comparable.ts'
import type { Series, SetupDetail } from '../../app/setups/schema.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findId } from '../connection/find.ts'
import { clientCommand, several, wholeNumber } from '../terminal/command.ts'
import { printJson, printTable } from '../terminal/output.ts'
import { type Column, facts, measured, table, when } from '../terminal/table.ts'
import { plain } from '../terminal/terminal.ts'
import { reasonsInWords, valueText } from '../verdicts/words.ts'

type Options = ConnectOptions & { json?: boolean; metric?: string[]; points: number }

export const showCommand = () =>
  clientCommand('show', 'Show one setup: what it is, its segments, and the recent values of its metrics.', [
    'kitt setups show 9c1d2e3f4a5b6c7d',
    'kitt setups show <id> --metric ttft_ms.p95 --points 20',
  ])
    .argument('<id>', 'the setup')
    .option('--metric <name>', 'this metric instead of the primary ones; may be repeated', several)
    .option('--points <n>', 'how many recent values', wholeNumber, 10)
    .action(async (asked: string, { json, metric, points, ...to }: Options) => {
      const { client } = connect(to)
      const { api } = client
      const id = await findId(client, 'setup', asked)
      const setup = await (await api.v1.setups[':id'].$get({ param: { id } })).json()
      const query = metric ? { metric } : {}
      const { series } = await (await api.v1.setups[':id'].series.$get({ param: { id }, query })).json()
      if (json) return printJson({ ...setup, series })
      show(setup, series, points)
    })

function show(setup: SetupDetail, series: Series[], points: number) {
  const { id, label, state, runs, last_at, partial, simulated, rule, key } = setup
  printTable(
    facts([
      ['id', id],
      ['setup', label],
      ['state', state],
      ['runs', runs],
      ['last run', when(last_at)],
      ['partial', partial ? 'yes: its results do not say everything that decides what is comparable' : ''],
      ['simulated', simulated ? 'yes: no hardware was measured' : ''],
      ['watched', rule.enabled ? Object.keys(rule.watch) : 'no'],
      ...keyFacts(key),
    ]),
  )
  if (series.length > 0) printTable(`\n${table(METRICS, series)}`)
  printTable(`\n${table(SEGMENTS, setup.segments)}`)
  for (const one of series) {
    printTable(`\n${plain(one.metric)}${one.unit ? `, ${plain(one.unit)}` : ''}`)
    printTable(table(POINTS, one.points.slice(-points).reverse()))
  }
}

/** The parts of a key as pairs, `concurrency 8`; what is not known or empty is left out. */
function keyFacts(parts: unknown, path = ''): [string, unknown][] {
  if (Array.isArray(parts) && parts.length === 0) return []
  if (typeof parts !== 'object' || parts === null || Array.isArray(parts))
    return parts === null || parts === undefined
      ? []
      : [[fieldWords(path), typeof parts === 'object' ? JSON.stringify(parts) : parts]]
  return Object.entries(parts).flatMap(([name, value]) => keyFacts(value, path ? `${path}.${name}` : name))
}

const METRICS: Column<Series>[] = [
  { head: 'metric', of: ({ metric }) => metric },
  { head: 'unit', of: ({ unit }) => unit ?? '' },
  { head: 'better', of: ({ better }) => better ?? '' },
  {
    head: 'last',
    of: ({ points }) => valueText(points.findLast(({ valid }) => valid)?.value ?? null),
    kind: 'number',
  },
  { head: 'median', of: ({ segments }) => valueText(segments.at(-1)?.median ?? null), kind: 'number' },
  { head: 'expected', of: ({ segments }) => bandText(segments.at(-1)), kind: 'number' },
  { head: 'runs', of: ({ segments }) => String(segments.at(-1)?.n ?? 0), kind: 'number' },
]

const bandText = (segment: Series['segments'][number] | undefined) =>
  segment && segment.low !== null && segment.high !== null
    ? `${measured(segment.low)} to ${measured(segment.high)}`
    : ''

const SEGMENTS: Column<SetupDetail['segments'][number]>[] = [
  { head: 'segment from', of: ({ from }) => when(from), kind: 'time' },
  { head: 'to', of: ({ to }) => (to === null ? 'now' : when(to)) },
  { head: 'runs', of: ({ runs }) => String(runs), kind: 'number' },
  { head: 'begins with', of: ({ reason }) => reason },
]

const POINTS: Column<Series['points'][number]>[] = [
  { head: 'at', of: ({ at }) => when(at), kind: 'time' },
  { head: 'value', of: ({ value }) => measured(value), kind: 'number' },
  { head: 'result', of: ({ result_id }) => result_id, kind: 'id' },
  { head: 'left out', of: ({ valid, reasons }) => (valid ? '' : reasonsInWords(reasons)) },
]

import { headlines, metricLeaves } from '../../app/results/metric-leaves.ts'
import { metricInfo } from '../../app/results/metric-units.ts'
import { ResultDocument } from '../../app/results/schema.ts'
import { isNote } from '../../app/results/warning-kinds.ts'
import { loadWords } from '../../lib/load-words.ts'
import { object } from '../../lib/loose.ts'
import { warningsOf } from '../../lib/result-warnings.ts'
import { type Column, facts, measured, table, when } from '../terminal/table.ts'
import { reasonsInWords } from '../verdicts/words.ts'
import type { SetupOfResult } from './setups-of.ts'

/** The means over the runs of a benchmark, by dotted metric name. */
type Means = Map<string, number>

/** The mean metrics of a result by benchmark; without benchmarks those of the document. */
function meansOf(result: Record<string, unknown>): Map<string, Means> {
  const leaves = metricLeaves(ResultDocument.parse(result))
  const ofRuns = leaves.filter(({ run_number }) => run_number !== 0)
  const sums = new Map<string, Map<string, { sum: number; n: number }>>()
  for (const { benchmark, name, value } of ofRuns.length > 0 ? ofRuns : leaves) {
    const names = sums.get(benchmark) ?? new Map<string, { sum: number; n: number }>()
    const { sum, n } = names.get(name) ?? { sum: 0, n: 0 }
    sums.set(benchmark, names.set(name, { sum: sum + value, n: n + 1 }))
  }
  return new Map(
    [...sums].map(([benchmark, names]) => [
      benchmark,
      new Map([...names].map(([name, { sum, n }]) => [name, sum / n])),
    ]),
  )
}

/** The first of these metrics in a result, as text; empty if there is none. */
export function headline(result: Record<string, unknown>, names: string[]): string {
  const values = headlines(metricLeaves(ResultDocument.parse(result)))
  const value = names.map((name) => values.get(name)).find((found) => found !== undefined)
  return value === undefined ? '' : measured(value)
}

type Row = { benchmark: string; name: string; values: Means }
const STATISTICS = ['avg', 'min', 'p50', 'p90', 'p95', 'p99', 'max', 'stddev', 'count']
const SHOWN = ['p50', 'p95', 'p99', 'max'] as const

const COLUMNS: Column<Row>[] = [
  { head: 'benchmark', of: ({ benchmark }) => benchmark },
  { head: 'metric', of: ({ name }) => name },
  { head: 'unit', of: ({ name }) => metricInfo(name).unit ?? '' },
  { head: 'mean', of: ({ values }) => number(values.get('') ?? values.get('avg')), kind: 'number' },
  ...SHOWN.map((name) => ({
    head: name,
    of: ({ values }: Row) => number(values.get(name)),
    kind: 'number' as const,
  })),
]

const number = (value: number | undefined) => (value === undefined ? '' : measured(value))

/** Names of 1.x for metrics that stand beside them under their new names. */
const OLD_NAMES = new Set([
  ...['avg_tps', 'min_tps', 'max_tps', 'total_iterations', 'total_tokens_generated', 'total_time_seconds'],
  ...['avg_latency_ms', 'p50_latency_ms', 'p99_latency_ms'],
])

/** One row per metric; the statistics of a distribution share a row. */
function metricRows(result: Record<string, unknown>): Row[] {
  return [...meansOf(result)].flatMap(([benchmark, means]) => {
    const rows = new Map<string, Row>()
    const isNew = means.has('output_tps')
    for (const [name, value] of means) {
      if (isNew && OLD_NAMES.has(name)) continue
      const dot = name.lastIndexOf('.')
      const isStatistic = dot > 0 && STATISTICS.includes(name.slice(dot + 1))
      const [base, statistic] = isStatistic ? [name.slice(0, dot), name.slice(dot + 1)] : [name, '']
      const row = rows.get(base) ?? { benchmark, name: base, values: new Map() }
      row.values.set(statistic, value)
      rows.set(base, row)
    }
    return [...rows.values()]
  })
}

const FACTS = ['id', 'campaign_model', 'model', 'engine', 'engine_version', 'suite_name']
const ORIGIN = ['agent_id', 'quick_test_id', 'campaign_id']

type Shown = Record<string, unknown> & { received_at: string; simulated: boolean }

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/** The machine that was measured: `2 × NVIDIA RTX 4090 24 GB`, CPU, memory, driver. */
function hardwareFacts(result: Record<string, unknown>): [string, string][] {
  const system = object(result['system_info'])
  const [gpu, cpu] = [object(system['gpu']), object(system['cpu'])]
  const count = Number(gpu['used'] ?? gpu['count'] ?? 1)
  const memory = textOf(gpu['vram_gb']) && ` ${textOf(gpu['vram_gb'])} GB`
  const card = textOf(gpu['model']) && `${count > 1 ? `${count} × ` : ''}${textOf(gpu['model'])}${memory}`
  const ram = textOf(system['ram_gb'])
  return [
    ['gpu', card],
    ['driver', textOf(system['driver_version'])],
    ['cpu', textOf(cpu['model']) || textOf(system['cpu'])],
    ['memory', ram && `${ram} GB`],
  ]
}

/** The engine of a result, and that no hardware was measured. */
export const engineOf = ({ engine, simulated }: { engine: string; simulated: boolean }): string =>
  simulated && engine !== 'simulated' ? `${engine} (simulated)` : engine

/** What was asked of the engine. */
export const optionsOf = (result: Record<string, unknown>): Record<string, unknown> =>
  object(object(result['config'])['options'])

/** The reasons to doubt a result, as its page says them. */
const doubts = (result: Record<string, unknown>): [string, string][] => [
  ...(result['interrupted'] === true
    ? [['warning', 'Interrupted: only the requests answered until then were measured.'] as [string, string]]
    : []),
  ...warningsOf(result['warnings']).map(({ code, message, about }): [string, string] => [
    isNote(code) ? 'remark' : 'warning',
    `${message} (${code}${about && ` in ${about}`})`,
  ]),
]

/** A setup of the result, and why the result is not in its statistics. */
const setupFacts = ({ id, label, leftOut }: SetupOfResult): [string, string][] => [
  ['setup', `${label} (${id})`],
  ['left out', leftOut.length > 0 ? `of the statistics of this setup: ${reasonsInWords(leftOut)}` : ''],
]

/** A result as text: its origin, what was measured where, and its metrics. @param about the name of its agent, the setups it is a part of */
export function resultText(
  result: Shown,
  { agent, setups = [] }: { agent?: string | undefined; setups?: readonly SetupOfResult[] } = {},
): string {
  const passed = result['passed']
  const head = facts([
    ...FACTS.map((key) => [key, result[key]] as const),
    ['agent', agent],
    ...ORIGIN.map((key) => [key, result[key]] as const),
    ...hardwareFacts(result),
    ['load', loadWords(optionsOf(result))],
    ...setups.flatMap(setupFacts),
    ['status', typeof passed === 'boolean' ? (passed ? 'passed' : 'failed') : undefined],
    ['simulated', result.simulated ? 'yes: no hardware was measured' : undefined],
    ...doubts(result),
    ['timestamp', when(textOf(result['timestamp']))],
    ['received_at', when(result.received_at)],
    ['tags', result['kitt_tags']],
    ['notes', result['kitt_notes']],
  ])
  const rows = metricRows(result)
  return rows.length > 0 ? `${head}\n\n${table(COLUMNS, rows)}` : head
}

import { pointName } from '../../agent/bench/benchmarks/sweep.ts'
import { leveledLines } from '../../agent/bench/measure/named-warnings.ts'
import type { MeasuredDocument } from '../../agent/bench/report/document.ts'
import { type Column, measured, table } from '../terminal/table.ts'
import { plain } from '../terminal/terminal.ts'

type Metrics = Record<string, unknown>
type Row = { name: string; metrics: Metrics }

const number = (metrics: Metrics, path: string): string => {
  const value = path
    .split('.')
    .reduce<unknown>((at, key) => (at as Metrics | null | undefined)?.[key], metrics)
  return typeof value === 'number' ? measured(value) : ''
}

/** Counts by name, `stop 7, length 1`; empty if only the usual name occurs. */
const counts = (value: unknown, usual?: string): string => {
  const entries = Object.entries((value ?? {}) as Metrics).filter(([, n]) => typeof n === 'number' && n > 0)
  if (entries.every(([name]) => name === usual)) return ''
  return entries.map(([name, n]) => `${name.replaceAll('_', ' ')} ${n}`).join(', ')
}

const some = (value: unknown): string => (typeof value === 'number' && value > 0 ? measured(value) : '')

/** Columns that are often empty; a column that is empty in every row is left out. */
const DETAILS: Column<Row>[] = [
  { head: 'reasoning', of: ({ metrics }) => some(metrics['reasoning_tokens']), kind: 'number' },
  { head: 'cached', of: ({ metrics }) => some(metrics['cached_tokens']), kind: 'number' },
  { head: 'finished', of: ({ metrics }) => counts(metrics['finish_reasons'], 'length') },
  { head: 'delivery', of: ({ metrics }) => counts(metrics['delivery'], 'streamed') },
]

const COLUMNS: Column<Row>[] = [
  { head: 'benchmark', of: ({ name }) => name },
  ...[
    ['requests', 'requests'],
    ['failed', 'failed_requests'],
    ['tok/s', 'output_tps'],
    ['req/s', 'request_rate_rps'],
    ['asked/s', 'rate_asked_rps'],
    ['kept/s', 'rate_kept_rps'],
    ['wait', 'client_queue_ms.p50'],
    ['goodput', 'goodput_rps'],
    ['TTFT', 'ttft_ms.p50'],
    ['p95', 'ttft_ms.p95'],
    ['TPOT', 'tpot_ms.p50'],
    ['E2E', 'e2e_latency_ms.p50'],
    ['W', 'gpu.summary.power_w.mean'],
    ['J/tok', 'gpu.joules_per_token'],
  ].map(([head = '', path = '']) => ({
    head,
    of: ({ metrics }: Row) => number(metrics, path),
    kind: 'number' as const,
  })),
  ...DETAILS,
]

/** The results as a table, one row per window, then the warnings. */
export function runTable(document: MeasuredDocument): string {
  const rows = document.results.flatMap(({ test_name, run_number, metrics }) => {
    const name = document.config.options.runs > 1 ? `${test_name} #${run_number}` : test_name
    const inner = metrics['curve'] ?? metrics['windows']
    return Array.isArray(inner)
      ? inner.map((window: Metrics) => ({ name: windowName(name, window), metrics: window }))
      : [{ name, metrics }]
  })
  const filled = COLUMNS.filter((column) => rows.some((row) => column.of(row) !== ''))
  return [
    table(filled, rows),
    legend(filled.map(({ head }) => head)),
    ...spread(document),
    ...leveledLines(document.warnings).map(plain),
    ...(document.interrupted ? ['INTERRUPTED: only the requests answered until then are measured.'] : []),
    ...(document.simulated ? ['SIMULATED: no hardware was measured.'] : []),
  ].join('\n')
}

/** Explains the column heads. */
function legend(heads: string[]): string {
  const of = (head: string, text: string) => (heads.includes(head) ? [text] : [])
  return `${[
    'Times are medians in ms',
    ...of('goodput', 'goodput is requests per second that met every objective'),
    ...of('kept/s', 'kept is the rate at which requests were sent'),
    ...of('wait', 'wait is the time in the queue of the client'),
    ...of('reasoning', 'reasoning is tokens'),
    ...of('cached', 'cached is prompt tokens'),
  ].join(', ')}.`
}

function windowName(name: string, window: Metrics): string {
  const { rate_rps, mode, asked_output_tokens: tokens } = window
  if (typeof tokens === 'number') return `${name} ${tokens} tokens`
  return `${name} ${pointName(String(mode), typeof rate_rps === 'number' ? rate_rps : null)}`
}

/** The confidence interval of the mean over several runs. */
function spread({ metrics }: MeasuredDocument): string[] {
  return Object.entries(metrics).flatMap(([benchmark, of]) => {
    const found = of['output_tps']
    if (found?.ci95_low === undefined || found.ci95_high === undefined) return []
    const half = (found.ci95_high - found.ci95_low) / 2
    return [`${plain(benchmark)}: ${measured(found.mean)} ± ${measured(half)} tok/s (95 %, ${found.n} runs)`]
  })
}

import type { ResultDocument } from '../agent/bench/document.ts'
import { type Column, measured, table } from './table.ts'

type Metrics = Record<string, unknown>
type Row = { name: string; metrics: Metrics }

const number = (metrics: Metrics, path: string): string => {
  const value = path
    .split('.')
    .reduce<unknown>((at, key) => (at as Metrics | null | undefined)?.[key], metrics)
  return typeof value === 'number' ? measured(value) : ''
}

const COLUMNS: Column<Row>[] = [
  { head: 'benchmark', of: ({ name }) => name },
  ...[
    ['requests', 'requests'],
    ['failed', 'failed_requests'],
    ['tok/s', 'output_tps'],
    ['req/s', 'request_rate_rps'],
    ['goodput', 'goodput_rps'],
    ['TTFT', 'ttft_ms.p50'],
    ['p95', 'ttft_ms.p95'],
    ['TPOT', 'tpot_ms.p50'],
    ['E2E', 'e2e_latency_ms.p50'],
  ].map(([head = '', path = '']) => ({
    head,
    of: ({ metrics }: Row) => number(metrics, path),
    kind: 'number' as const,
  })),
]

/** What a run found, for people: one row a window, then what to know before believing it. */
export function runTable(document: ResultDocument): string {
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
    'Times are medians in ms, goodput is requests per second that met every objective.',
    ...spread(document),
    ...document.warnings.map(({ code, message }) => `warning ${code}: ${message}`),
    ...(document.simulated ? ['SIMULATED: no hardware was measured.'] : []),
  ].join('\n')
}

function windowName(name: string, window: Metrics): string {
  const { rate_rps, mode, asked_output_tokens: tokens } = window
  if (typeof tokens === 'number') return `${name} ${tokens} tokens`
  return typeof rate_rps === 'number' ? `${name} ${measured(rate_rps)}/s` : `${name} ${String(mode)}`
}

/** Over several runs: how sure the mean is. */
function spread({ metrics }: ResultDocument): string[] {
  return Object.entries(metrics).flatMap(([benchmark, of]) => {
    const found = of['output_tps']
    if (found?.ci95_low === undefined || found.ci95_high === undefined) return []
    const half = (found.ci95_high - found.ci95_low) / 2
    return [`${benchmark}: ${measured(found.mean)} ± ${measured(half)} tok/s (95 %, ${found.n} runs)`]
  })
}

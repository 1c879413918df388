import { latencyOf } from './aiperf.ts'
import { csvRows } from './csv.ts'
import type { ImportedRun, Importer, Warning } from './importer.ts'
import { hasSucceeded } from './measured.ts'
import { lengthsOf, warningsOf, windowOf } from './serving.ts'
import { millisecondsIn } from './units.ts'
import { type Json, numeric, object, times } from './values.ts'

/** AIPerf's table: rounded to two decimals, without model, load and date. Its JSON has them. */
export const aiperfCsv: Importer = {
  format: 'aiperf-csv',
  tool: 'aiperf',
  percentiles: 'linear',
  looksFor: 'the columns Metric, avg, min and max (AIPerf, as CSV)',
  detect: ({ text }) => text !== undefined && /^"?Metric"?,"?avg"?,"?min"?,"?max/i.test(text.trimStart()),
  read: ({ text = '' }) => [runOf(text)],
}

/** The table of its predecessor, whose rates are "per sec". */
export const genaiPerfCsv: Importer = {
  ...aiperfCsv,
  format: 'genai-perf-csv',
  tool: 'genai-perf',
  looksFor: 'the columns Metric, avg, min and max, and rates "(per sec)" (genai-perf, as CSV)',
  detect: (content) => aiperfCsv.detect(content) && /Throughput \(per sec\)/i.test(content.text ?? ''),
}

/** Its names of latencies, in small letters, and KITT's. */
const LATENCIES = {
  'time to first token': 'ttft_ms',
  'inter token latency': 'tpot_ms',
  'inter chunk latency': 'itl_ms',
  'request latency': 'e2e_latency_ms',
  'time to second token': 'ttst_ms',
} as const

/** The rows of its tables by name: `Time to First Token (ms)`, `Request Count`. */
function metricsIn(text: string): Map<string, Json> {
  const metrics = new Map<string, Json>()
  let columns: string[] = []
  for (const row of csvRows(text.trimStart())) {
    if (row.length === 0) columns = []
    else if (row[0]?.toLowerCase() === 'metric') columns = row.map((name) => name.trim().toLowerCase())
    else if (columns.length > 1) {
      const { name, unit } = nameAndUnit(row[0] ?? '')
      const cells = row
        .slice(1, columns.length)
        .map((cell, i) => [columns[i + 1] === 'value' ? 'avg' : columns[i + 1], numeric(cell)])
      metrics.set(name.toLowerCase(), { unit, ...Object.fromEntries(cells) })
    }
  }
  return metrics
}

/** The name of a metric, and its unit in brackets at the end. */
function nameAndUnit(cell: string): { name: string; unit: string | undefined } {
  const at = cell.lastIndexOf('(')
  if (at === -1 || cell.indexOf(')', at) !== cell.length - 1) return { name: cell.trimEnd(), unit: undefined }
  return { name: cell.slice(0, at).trimEnd(), unit: cell.slice(at + 1, -1) }
}

function runOf(text: string): ImportedRun {
  const metrics = metricsIn(text)
  const warnings: Warning[] = []
  const average = (name: string) => numeric(object(metrics.get(name))['avg'])
  const distributions = Object.fromEntries(
    Object.entries(LATENCIES).map(([name, metric]) => [metric, latencyOf(metrics.get(name), warnings, name)]),
  )
  const successful = average('request count')
  const duration = object(metrics.get('benchmark duration'))
  const scale = millisecondsIn(duration['unit'])
  const totalOf = (name: string, length: string) =>
    average(name) ?? numeric(object(metrics.get(length))['sum']) ?? times(average(length), successful)
  const input = totalOf('total input sequence length', 'input sequence length')
  const output =
    average('total output tokens') ?? totalOf('total output sequence length', 'output sequence length')
  const window = windowOf({
    successful,
    failed: average('error request count'),
    seconds: scale === undefined ? undefined : times(numeric(duration['avg']), scale / 1000),
    input_tokens: input,
    output_tokens: output,
    reported: {
      output_tps: average('output token throughput'),
      total_tps: average('total token throughput'),
      rps: average('request throughput'),
    },
    distributions,
  })
  return {
    results: [{ test_name: 'load', passed: hasSucceeded(successful, window), metrics: window }],
    options: lengthsOf(input, output, successful),
    warnings: [
      ...warnings,
      ...warningsOf(window),
      {
        code: 'rounded',
        message: 'The values are rounded to two decimals. The JSON of the same run has them whole.',
      },
    ],
    original: Object.fromEntries(metrics),
  }
}

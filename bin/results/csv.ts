import { headlines, metricLeaves } from '../../app/results/metric-leaves.ts'
import { ResultDocument } from '../../app/results/schema.ts'
import type { StoredText } from './stored-results.ts'

/** The columns before those of the metrics. */
export const FIXED = [
  'id',
  'timestamp',
  'model',
  'engine',
  'engine_version',
  'suite_name',
  'passed',
  'simulated',
  'gpu_model',
  'gpu_count',
  'agent_id',
  'quick_test_id',
  'campaign_id',
  'received_at',
  'kitt_version',
  'tags',
  'notes',
] as const

/** A row of RFC 4180. */
export const csvLine = (cells: readonly unknown[]): string => `${cells.map(csvCell).join(',')}\r\n`

function csvCell(value: unknown): string {
  const text =
    value === null || value === undefined
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value)
  const safe = typeof value === 'string' ? neutral(text) : text
  return /[",]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Untrusted text for a spreadsheet: no control characters, no formulas. */
function neutral(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removes control characters
  const plain = text.replace(/\r\n|[\t\n\r]/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)
  return !isNumber && (/^\s*[=+\-@＝＋－＠]/.test(plain) || /^[\t\r]/.test(text)) ? `'${plain}` : plain
}

const metricsOf = (document: Record<string, unknown>) =>
  headlines(metricLeaves(ResultDocument.parse(document)))

/** The names of all metrics of the results, sorted. */
export async function metricNames(results: AsyncIterable<StoredText>): Promise<string[]> {
  const names = new Set<string>()
  for await (const { text } of results) for (const name of metricsOf(JSON.parse(text)).keys()) names.add(name)
  return [...names].sort()
}

/** A stored result as the cells of a row. */
export function exportedRow(text: string, metrics: readonly string[]): unknown[] {
  const document = JSON.parse(text) as Record<string, unknown>
  const { gpu } = (document['system_info'] ?? {}) as { gpu?: { model?: unknown; count?: unknown } }
  const { kitt_tags: tags, kitt_notes: notes } = document
  const own: Record<string, unknown> = {
    ...document,
    gpu_model: gpu?.model,
    gpu_count: gpu?.count,
    tags: Array.isArray(tags) ? tags.join(', ') : undefined,
    notes,
  }
  const values = metricsOf(document)
  return [...FIXED.map((name) => own[name]), ...metrics.map((name) => values.get(name))]
}

import { type Column, measured, table, when } from '../terminal/table.ts'
import type { Outcome } from './import-send.ts'

type Row = Outcome['files'][number]['runs'][number] & { file: string; format: string }

const number = (value: number | undefined) => (value === undefined ? '' : measured(value))

const COLUMNS: Column<Row>[] = [
  { head: 'file', of: ({ file }) => file },
  { head: 'format', of: ({ format }) => format },
  { head: 'state', of: ({ state }) => state },
  { head: 'model', of: ({ model }) => model ?? '' },
  { head: 'engine', of: ({ engine }) => engine ?? '' },
  { head: 'time', of: ({ timestamp }) => (typeof timestamp === 'string' ? when(timestamp) : '') },
  { head: 'benchmark', of: ({ benchmarks }) => shortened(benchmarks) },
  {
    head: 'tok/s',
    of: ({ metrics }) => number(metrics['output_tps'] ?? metrics['prefill_tps']),
    kind: 'number',
  },
  {
    head: 'TTFT ms',
    of: ({ metrics }) => number(metrics['ttft_ms.p50'] ?? metrics['ttft_ms.avg']),
    kind: 'number',
  },
  { head: 'missing', of: ({ missing }) => missing.join(', ') },
]

const shortened = (names: string[]) =>
  names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(', ')

/** The runs of files of other tools, one a line. */
export const runsTable = ({ files }: Pick<Outcome, 'files'>): string =>
  table(
    COLUMNS,
    files.flatMap(({ runs, file, format }) => runs.map((run) => ({ ...run, file, format }))),
  )

import { asList, asNumber, asObject, asText, type Loose } from '../../lib/loose.ts'
import type { ResultView } from '../../lib/result.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './results.module.css'

const COLUMNS: Column<Loose>[] = [
  { key: 'name', header: 'Benchmark', cell: (row) => asText(row['test_name']) ?? '–' },
  { key: 'run', header: 'Run', numeric: true, cell: (row) => asNumber(row['run_number']) ?? '–' },
  {
    key: 'passed',
    header: 'Outcome',
    cell: ({ passed }) =>
      typeof passed === 'boolean' ? <StateBadge state={passed ? 'passed' : 'failed'} /> : '–',
  },
  { key: 'errors', header: 'Errors', cell: (row) => <Errors errors={asList(row['errors'])} /> },
  { key: 'at', header: 'When', numeric: true, cell: (row) => <Time at={asText(row['timestamp'])} /> },
]

/** The runs of the benchmarks, with their errors. */
export function Benchmarks({ result }: { result: ResultView }) {
  const rows = asList(result.document['results']).map(
    (item, i) => ({ ...asObject(item), key: String(i) }) as Loose,
  )
  if (rows.length === 0) return null
  return (
    <Panel title="Benchmarks" flush>
      <DataTable label="Benchmarks" rows={rows} rowKey={(row) => String(row['key'])} columns={COLUMNS} />
    </Panel>
  )
}

const SHOWN = 3

function Errors({ errors }: { errors: unknown[] }) {
  if (errors.length === 0) return <span>none</span>
  const texts = errors.map((error) => asText(error) ?? JSON.stringify(error))
  return (
    <ul className={css.errors}>
      {[...new Set(texts)].slice(0, SHOWN).map((text) => (
        <li key={text}>{text}</li>
      ))}
      {texts.length > SHOWN && <li>and {texts.length - SHOWN} more, in the document</li>}
    </ul>
  )
}

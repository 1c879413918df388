import { Link } from '@tanstack/react-router'
import type { QuickTest } from '../../api/tests.ts'
import { benchmarkText } from '../../lib/benchmark.ts'
import { tookText } from '../../lib/time.ts'
import { placeText } from '../../lib/time-left.ts'
import { metricInfo } from '../../lib/units.ts'
import common from '../../ui/common.module.css'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { Metric } from '../../ui/Metric.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { TestProgress } from './TestProgress.tsx'
import css from './tests.module.css'

const COLUMNS: Column<QuickTest>[] = [
  { key: 'model', header: 'Model', card: 'name', cell: (test) => <ModelCell test={test} /> },
  {
    key: 'state',
    header: 'State',
    card: 'beside',
    cell: ({ status, place }) => (
      <>
        <StateBadge state={status} />
        {place !== null && <div className={common.sub}>{placeText(place)}</div>}
      </>
    ),
  },
  { key: 'engine', header: 'Engine', short: true, cell: ({ engine_name }) => engine_name },
  { key: 'benchmark', header: 'Benchmark', cell: benchmarkText },
  { key: 'agent', header: 'Agent', short: true, cell: ({ agent_name }) => agent_name },
  { key: 'result', header: 'Result', numeric: true, cell: (test) => <ResultNumber test={test} /> },
  { key: 'took', header: 'Duration', numeric: true, cell: tookText },
  {
    key: 'end',
    header: 'Result or time',
    card: 'below',
    cardOnly: true,
    cell: (test) => <End test={test} />,
  },
  { key: 'at', header: 'Created', numeric: true, cell: ({ created_at }) => <Time at={created_at} /> },
]

export function TestsTable({ tests, withoutAgent }: { tests: QuickTest[]; withoutAgent?: boolean }) {
  return (
    <DataTable
      label="Quick tests"
      rows={tests}
      rowKey={({ id }) => id}
      columns={withoutAgent ? COLUMNS.filter(({ key }) => key !== 'agent') : COLUMNS}
    />
  )
}

/** The main metric of the result, linked to it. */
function ResultNumber({ test: { result_id, headline } }: { test: QuickTest }) {
  if (result_id === null) return NOTHING
  return (
    <Link to="/results/$id" params={{ id: result_id }} className={css.number ?? ''}>
      {headline ? <Metric value={headline.value} unit={metricInfo(headline.name).unit} /> : 'result'}
    </Link>
  )
}

function End({ test }: { test: QuickTest }) {
  return test.headline ? <ResultNumber test={test} /> : <Time at={test.completed_at ?? test.created_at} />
}

function ModelCell({ test }: { test: QuickTest }) {
  const { id, model_path, status, error, engine_name, agent_name } = test
  return (
    <div className={css.cell}>
      <Link to="/quicktests/$id" params={{ id }} className={common.name ?? ''}>
        {model_path}
      </Link>
      {status === 'running' ? (
        <TestProgress test={test} />
      ) : error ? (
        <span className={css.error} title={error}>
          {error}
        </span>
      ) : (
        <span className={common.onCard}>
          {engine_name} · {benchmarkText(test)} · {agent_name}
        </span>
      )}
    </div>
  )
}

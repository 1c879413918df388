import { Link } from '@tanstack/react-router'
import type { QuickTest } from '../../api/tests.ts'
import { formatDuration } from '../../lib/format.ts'
import { placeText } from '../../lib/time-left.ts'
import common from '../../ui/common.module.css'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { TestProgress } from './TestProgress.tsx'
import css from './tests.module.css'

export function TestsTable({ tests, withoutAgent }: { tests: QuickTest[]; withoutAgent?: boolean }) {
  const columns: Column<QuickTest>[] = [
    { key: 'model', header: 'Model', cell: (test) => <ModelCell test={test} /> },
    {
      key: 'state',
      header: 'State',
      cell: ({ status, place }) => (
        <>
          <StateBadge state={status} />
          {place !== null && <div className={common.sub}>{placeText(place)}</div>}
        </>
      ),
    },
    { key: 'engine', header: 'Engine', short: true, cell: ({ engine_name }) => engine_name },
    {
      key: 'benchmark',
      header: 'Benchmark',
      cell: ({ benchmark_name, suite_name }) =>
        suite_name === 'quick' ? benchmark_name : `${suite_name} suite`,
    },
    { key: 'agent', header: 'Agent', short: true, cell: ({ agent_name }) => agent_name },
    { key: 'took', header: 'Duration', numeric: true, cell: tookText },
    { key: 'at', header: 'Created', numeric: true, cell: ({ created_at }) => <Time at={created_at} /> },
  ]
  return (
    <DataTable
      label="Quick tests"
      rows={tests}
      rowKey={({ id }) => id}
      columns={withoutAgent ? columns.filter(({ key }) => key !== 'agent') : columns}
    />
  )
}

function ModelCell({ test }: { test: QuickTest }) {
  return (
    <div className={css.cell}>
      <Link to="/quicktests/$id" params={{ id: test.id }} className={common.name ?? ''}>
        {test.model_path}
      </Link>
      {test.status === 'running' && <TestProgress test={test} />}
      {test.error && (
        <span className={css.error} title={test.error}>
          {test.error}
        </span>
      )}
    </div>
  )
}

const tookText = ({ started_at, completed_at }: QuickTest): string =>
  started_at && completed_at
    ? formatDuration((Date.parse(completed_at) - Date.parse(started_at)) / 1000)
    : '–'

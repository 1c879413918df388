import { Checkbox } from '@mantine/core'
import { useMemo } from 'react'
import type { StoredResult } from '../../api/results.ts'
import { useAgentName } from '../../api/useAgentName.ts'
import { type ResultView, readResult } from '../../lib/result.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { columnsOf, DEFAULT_COLUMNS } from './columns.tsx'
import { ResultLink } from './ResultLink.tsx'
import type { Ticked } from './useTicked.ts'

type Props = {
  items: StoredResult[]
  columns: string | undefined
  sort: string | undefined
  onSort(sort: string): void
  ticked: Ticked
}

export function ResultsTable({ items, columns, sort, onSort, ticked }: Props) {
  const agentName = useAgentName()
  const rows = useMemo(() => items.map(readResult), [items])
  const model: Column<ResultView> = {
    key: 'model',
    header: 'Model',
    sort: 'model',
    cell: (result) => <ResultLink result={result} />,
  }
  const tick: Column<ResultView> = {
    key: 'tick',
    header: 'Compare',
    silent: true,
    cell: ({ id, model: name }) => (
      <Checkbox
        size="xs"
        aria-label={`Compare ${name}`}
        checked={ticked.has(id)}
        disabled={ticked.full && !ticked.has(id)}
        onChange={() => ticked.toggle(id)}
      />
    ),
  }
  return (
    <DataTable
      label="Results"
      rows={rows}
      rowKey={({ id }) => id}
      columns={[tick, model, ...columnsOf(columns?.split(',') ?? DEFAULT_COLUMNS, { agentName })]}
      sorting={{ value: sort ?? '-timestamp', onChange: onSort }}
    />
  )
}

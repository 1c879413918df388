import { Link } from '@tanstack/react-router'
import { metricText } from '../lib/format.ts'
import { type Column, DataTable } from '../ui/DataTable.tsx'
import { Time } from '../ui/Time.tsx'
import type { SpeedPoint } from './pareto.ts'

const COLUMNS: Column<SpeedPoint>[] = [
  {
    key: 'name',
    header: 'Result',
    cell: ({ id, name }) => (
      <Link to="/results/$id" params={{ id }}>
        {name}
      </Link>
    ),
  },
  { key: 'user', header: 'Per user', numeric: true, cell: ({ perUser }) => metricText(perUser, 'tok/s') },
  { key: 'total', header: 'Total', numeric: true, cell: ({ total }) => metricText(total, 'tok/s') },
  { key: 'at', header: 'When', numeric: true, cell: ({ at }) => <Time at={at} /> },
]

/** The results on the front. */
export const FrontTable = ({ front }: { front: SpeedPoint[] }) => (
  <DataTable label="Pareto front" rows={front} rowKey={({ id }) => id} columns={COLUMNS} />
)

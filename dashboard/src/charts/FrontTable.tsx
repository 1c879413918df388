import { Link } from '@tanstack/react-router'
import { metricText } from '../lib/format.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Time } from '../ui/Time.tsx'
import type { SpeedPoint } from './pareto.ts'

/** The results on the front. */
export function FrontTable({ front }: { front: SpeedPoint[] }) {
  return (
    <DataTable
      label="Pareto front"
      rows={front}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'name',
          header: 'Result',
          cell: ({ id, name }) => (
            <Link to="/results/$id" params={{ id }}>
              {name}
            </Link>
          ),
        },
        {
          key: 'user',
          header: 'Per user',
          numeric: true,
          cell: ({ perUser }) => metricText(perUser, 'tok/s'),
        },
        { key: 'total', header: 'Total', numeric: true, cell: ({ total }) => metricText(total, 'tok/s') },
        { key: 'at', header: 'When', numeric: true, cell: ({ at }) => <Time at={at} /> },
      ]}
    />
  )
}

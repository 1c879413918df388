import { Link } from '@tanstack/react-router'
import { metricText } from '../lib/format.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Time } from '../ui/Time.tsx'
import type { SpeedPoint } from './pareto.ts'

/** The results on the front. */
export function FrontTable({ front }: { front: SpeedPoint[] }) {
  return (
    <div>
      <DataTable
        label="The Pareto front"
        rows={front}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'name',
            header: 'On the front',
            cell: ({ id, name }) => (
              <Link to="/results/$id" params={{ id }}>
                {name}
              </Link>
            ),
          },
          {
            key: 'user',
            header: 'For one user',
            numeric: true,
            cell: ({ perUser }) => metricText(perUser, 'tok/s'),
          },
          { key: 'whole', header: 'In all', numeric: true, cell: ({ whole }) => metricText(whole, 'tok/s') },
          { key: 'at', header: 'When', numeric: true, cell: ({ at }) => <Time at={at} /> },
        ]}
      />
    </div>
  )
}

import { formatNumber, metricText } from '../lib/format.ts'
import { metricInfo } from '../lib/units.ts'
import { Change } from '../ui/Change.tsx'
import { DataTable } from '../ui/DataTable.tsx'
import { Time } from '../ui/Time.tsx'
import { axisName } from './axes.ts'
import type { Setup } from './setups.ts'

/** The first value of each setup, its newest, and the change. */
export function SetupsTable({ metric, setups }: { metric: string; setups: Setup[] }) {
  const { unit, better } = metricInfo(metric)
  const first = ({ points }: Setup) => points[0]?.value ?? 0
  const newest = ({ points }: Setup) => points.at(-1)?.value ?? 0
  return (
    <div>
      <DataTable
        label={`${axisName(metric)} over time`}
        rows={setups}
        rowKey={({ key }) => key}
        columns={[
          { key: 'setup', header: 'Setup', cell: ({ name }) => name },
          {
            key: 'count',
            header: 'Results',
            numeric: true,
            cell: ({ points }) => formatNumber(points.length),
          },
          { key: 'first', header: 'First', numeric: true, cell: (one) => metricText(first(one), unit) },
          { key: 'newest', header: 'Newest', numeric: true, cell: (one) => metricText(newest(one), unit) },
          {
            key: 'change',
            header: 'Change',
            numeric: true,
            cell: (one) =>
              one.points.length > 1 ? <Change from={first(one)} to={newest(one)} better={better} /> : '–',
          },
          {
            key: 'at',
            header: 'Last measured',
            numeric: true,
            cell: ({ points }) => <Time at={points.at(-1)?.at} />,
          },
        ]}
      />
    </div>
  )
}

import { percentile } from '../../../lib/statistics.ts'
import { formatNumber, metricText } from '../lib/format.ts'
import { metricInfo } from '../lib/units.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Time } from '../ui/Time.tsx'
import { axisName } from './axes.ts'
import type { Setup } from './setups.ts'

/** The median of each setup, its range and its newest value. */
export function SetupsTable({ metric, setups }: { metric: string; setups: Setup[] }) {
  const { unit } = metricInfo(metric)
  const sorted = ({ points }: Setup) => points.map(({ value }) => value).sort((a, b) => a - b)
  const rangeText = (setup: Setup) => {
    const values = sorted(setup)
    const [low = 0, high = 0] = [values[0], values.at(-1)]
    return low === high ? '–' : `${formatNumber(low)} to ${metricText(high, unit)}`
  }
  const newest = ({ points }: Setup) => points.at(-1)?.value ?? 0
  return (
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
        {
          key: 'median',
          header: 'Median',
          numeric: true,
          cell: (one) => metricText(percentile(sorted(one), 50), unit),
        },
        { key: 'range', header: 'Range', numeric: true, cell: rangeText },
        { key: 'newest', header: 'Newest', numeric: true, cell: (one) => metricText(newest(one), unit) },
        {
          key: 'at',
          header: 'Last measured',
          numeric: true,
          cell: ({ points }) => <Time at={points.at(-1)?.at} />,
        },
      ]}
    />
  )
}

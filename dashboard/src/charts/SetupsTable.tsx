import { percentile } from '../../../lib/statistics.ts'
import { formatNumber, metricText } from '../lib/format.ts'
import { metricInfo } from '../lib/units.ts'
import { type Column, DataTable } from '../ui/DataTable.tsx'
import { Time } from '../ui/Time.tsx'
import { axisName } from './axes.ts'
import type { Setup } from './setups.ts'

const sorted = ({ points }: Setup) => points.map(({ value }) => value).sort((a, b) => a - b)

function rangeText(setup: Setup, unit: string): string {
  const values = sorted(setup)
  const [low = 0, high = 0] = [values[0], values.at(-1)]
  return low === high ? '–' : `${formatNumber(low)} to ${metricText(high, unit)}`
}

const columnsIn = (unit: string): Column<Setup>[] => [
  { key: 'setup', header: 'Setup', cell: ({ name }) => name },
  { key: 'count', header: 'Results', numeric: true, cell: ({ points }) => formatNumber(points.length) },
  {
    key: 'median',
    header: 'Median',
    numeric: true,
    cell: (one) => metricText(percentile(sorted(one), 50), unit),
  },
  { key: 'range', header: 'Range', numeric: true, cell: (one) => rangeText(one, unit) },
  {
    key: 'newest',
    header: 'Newest',
    numeric: true,
    cell: ({ points }) => metricText(points.at(-1)?.value ?? 0, unit),
  },
  {
    key: 'at',
    header: 'Last measured',
    numeric: true,
    cell: ({ points }) => <Time at={points.at(-1)?.at} />,
  },
]

/** The median of each setup, its range and its newest value. */
export const SetupsTable = ({ metric, setups }: { metric: string; setups: Setup[] }) => (
  <DataTable
    label={`${axisName(metric)} over time`}
    rows={setups}
    rowKey={({ key }) => key}
    columns={columnsIn(metricInfo(metric).unit)}
  />
)

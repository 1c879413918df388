import { CartesianGrid, Scatter, ScatterChart, Tooltip, XAxis, YAxis } from 'recharts'
import { formatNumber, metricText, plural } from '../lib/format.ts'
import { localDay, localTime } from '../lib/time.ts'
import { metricInfo } from '../lib/units.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { AXIS, along, axisName, below, GRID } from './axes.ts'
import { ChartFrame } from './ChartFrame.tsx'
import { Legend } from './Legend.tsx'
import { lookOf } from './series.ts'
import { datumOf, Tip, type TipProps } from './Tip.tsx'
import { useHidden } from './useHidden.ts'

type Point = { time: number; group: string; avg: number; min: number; max: number; count: number }
type Props = { metric: string; groups: string[]; points: Point[]; span: { from: number; to: number } }

/** Means of a metric over time, one line per group. */
export function TimeChart({ metric, groups, points, span }: Props) {
  const { hidden, toggle } = useHidden()
  const { unit } = metricInfo(metric)
  const text = (value: number) => metricText(value, unit)
  const shown = points.filter(({ group }) => groups.includes(group))
  return (
    <ChartFrame
      label={`${axisName(metric)} over time, by ${groups.join(', ')}`}
      height={340}
      legend={<Legend names={groups} hidden={hidden} onToggle={toggle} />}
      table={<PointsTable metric={metric} points={shown} />}
    >
      <ScatterChart margin={{ left: 12, right: 16, top: 8, bottom: 20 }}>
        <CartesianGrid {...GRID} vertical={false} />
        <XAxis
          type="number"
          dataKey="time"
          domain={[span.from, span.to]}
          {...AXIS}
          tickFormatter={localDay}
          tickCount={7}
          label={below('Time')}
        />
        <YAxis
          type="number"
          dataKey="avg"
          {...AXIS}
          tickFormatter={formatNumber}
          label={along(axisName(metric))}
          width={72}
        />
        <Tooltip
          cursor={false}
          content={(props) => {
            const point = datumOf(props as TipProps<Point>)
            if (!point) return null
            const { group, avg, min, max, count, time } = point
            return (
              <Tip
                title={group}
                lines={[
                  text(avg),
                  `from ${text(min)} to ${text(max)}`,
                  plural(count, 'result'),
                  localTime(time),
                ]}
              />
            )
          }}
        />
        {groups.map((group, i) => {
          const { color, shape } = lookOf(i)
          return (
            <Scatter
              key={group}
              name={group}
              data={shown.filter((point) => point.group === group)}
              fill={color}
              shape={shape}
              line={{ stroke: color, strokeWidth: 1.5 }}
              hide={hidden.has(group)}
              isAnimationActive={false}
            />
          )
        })}
      </ScatterChart>
    </ChartFrame>
  )
}

function PointsTable({ metric, points }: { metric: string; points: Point[] }) {
  const { unit } = metricInfo(metric)
  return (
    <div>
      <DataTable
        label={`${axisName(metric)} over time`}
        rows={points}
        rowKey={({ time, group }) => `${time} ${group}`}
        columns={[
          { key: 'group', header: 'Of', cell: ({ group }) => group },
          { key: 'time', header: 'Time', cell: ({ time }) => localTime(time) },
          { key: 'avg', header: 'Mean', numeric: true, cell: ({ avg }) => metricText(avg, unit) },
          { key: 'count', header: 'Results', numeric: true, cell: ({ count }) => formatNumber(count) },
        ]}
      />
    </div>
  )
}

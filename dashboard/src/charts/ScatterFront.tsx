import { useNavigate } from '@tanstack/react-router'
import { CartesianGrid, Scatter, ScatterChart, Tooltip, XAxis, YAxis } from 'recharts'
import { formatNumber, metricText } from '../lib/format.ts'
import { localTime } from '../lib/time.ts'
import { AXIS, along, below, GRID } from './axes.ts'
import { ChartFrame } from './ChartFrame.tsx'
import { FrontTable } from './FrontTable.tsx'
import { Legend } from './Legend.tsx'
import { paretoFront, type SpeedPoint } from './pareto.ts'
import { lookOf } from './series.ts'
import { datumOf, Tip, type TipProps } from './Tip.tsx'
import { useHidden } from './useHidden.ts'

/** Results as points, the Pareto front as a line. A point leads to its result. */
export function ScatterFront({ points, groups }: { points: SpeedPoint[]; groups: string[] }) {
  const { hidden, toggle } = useHidden()
  const navigate = useNavigate()
  const shown = points.filter(({ group }) => groups.includes(group) && !hidden.has(group))
  const front = paretoFront(shown)
  return (
    <ChartFrame
      label={`Throughput of the whole over speed for one user, ${points.length} results; ${front.length} on the Pareto front`}
      height={380}
      legend={<Legend names={groups} hidden={hidden} onToggle={toggle} />}
      table={<FrontTable front={front} />}
    >
      <ScatterChart margin={{ left: 12, right: 16, top: 8, bottom: 20 }}>
        <CartesianGrid {...GRID} />
        <XAxis
          type="number"
          dataKey="perUser"
          {...AXIS}
          tickFormatter={formatNumber}
          label={below('Speed for one user (tok/s)')}
        />
        <YAxis
          type="number"
          dataKey="whole"
          {...AXIS}
          tickFormatter={formatNumber}
          label={along('Output throughput of the whole (tok/s)')}
          width={72}
        />
        <Tooltip
          cursor={false}
          content={(props) => {
            const point = datumOf(props as TipProps<SpeedPoint>)
            if (!point) return null
            const { name, perUser, whole, at } = point
            const lines = [
              `${metricText(whole, 'tok/s')} in all`,
              `${metricText(perUser, 'tok/s')} for one user`,
              localTime(at),
            ]
            return <Tip title={name} lines={lines} />
          }}
        />
        <Scatter
          name="Pareto front"
          data={front}
          line={{ stroke: 'var(--text)', strokeWidth: 1.5, strokeDasharray: '5 4' }}
          lineType="joint"
          fill="none"
          legendType="none"
          isAnimationActive={false}
        />
        {groups.map((group, i) => {
          const { color, shape } = lookOf(i)
          return (
            <Scatter
              key={group}
              name={group}
              data={shown.filter((point) => point.group === group)}
              fill={color}
              fillOpacity={0.8}
              shape={shape}
              isAnimationActive={false}
              onClick={(point: { payload?: SpeedPoint }) => {
                const id = point.payload?.id
                if (id) void navigate({ to: '/results/$id', params: { id } })
              }}
            />
          )
        })}
      </ScatterChart>
    </ChartFrame>
  )
}

import { useNavigate } from '@tanstack/react-router'
import { Scatter } from 'recharts'
import { metricText } from '../lib/format.ts'
import { localTime } from '../lib/time.ts'
import { FrontTable } from './FrontTable.tsx'
import { PointChart } from './PointChart.tsx'
import { paretoFront, type SpeedPoint } from './pareto.ts'
import { useHidden } from './useHidden.ts'

/** Results as points, the Pareto front as a line. A click on a point opens its result. */
export function ScatterFront({ points, groups }: { points: SpeedPoint[]; groups: string[] }) {
  const hidden = useHidden()
  const navigate = useNavigate()
  const shown = points.filter(({ group }) => groups.includes(group) && !hidden.hidden.has(group))
  const front = paretoFront(shown)
  return (
    <PointChart
      label={`Total throughput over throughput per user, ${points.length} results; ${front.length} on the Pareto front`}
      x={{ of: 'perUser', name: 'Throughput per user (tok/s)' }}
      y={{ of: 'total', name: 'Total output throughput (tok/s)' }}
      names={groups}
      hidden={hidden}
      series={groups.map((group, look) => ({
        ...{ key: group, look },
        data: shown.filter((point) => point.group === group),
      }))}
      tip={({ name, perUser, total, at }) => ({
        title: name,
        lines: [
          `${metricText(total, 'tok/s')} in total`,
          `${metricText(perUser, 'tok/s')} per user`,
          localTime(at),
        ],
      })}
      onPick={({ id }) => void navigate({ to: '/results/$id', params: { id } })}
      table={<FrontTable front={front} />}
      under={
        <Scatter
          name="Pareto front"
          data={front}
          line={{ stroke: 'var(--text)', strokeWidth: 1.5, strokeDasharray: '5 4' }}
          lineType="joint"
          fill="none"
          legendType="none"
          isAnimationActive={false}
        />
      }
    />
  )
}

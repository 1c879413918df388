import { useNavigate } from '@tanstack/react-router'
import { FEW_TEXT } from '../lib/few-samples.ts'
import { metricText, plural } from '../lib/format.ts'
import { localDay, localTime } from '../lib/time.ts'
import { metricInfo } from '../lib/units.ts'
import { axisName } from './axes.ts'
import { PointChart } from './PointChart.tsx'
import { SetupsTable } from './SetupsTable.tsx'
import { setupsOf, type TimePoint } from './setups.ts'
import { useHidden } from './useHidden.ts'

type Props = { metric: string; groups: string[]; points: TimePoint[]; span: { from: number; to: number } }

/** A metric over time: one colour per group, one line per setup. A click on a point opens its result. */
export function TimeChart({ metric, groups, points, span }: Props) {
  const hidden = useHidden()
  const navigate = useNavigate()
  const { unit } = metricInfo(metric)
  const setups = setupsOf(points.filter(({ group }) => groups.includes(group)))
  return (
    <PointChart
      label={`${axisName(metric)} over time, by ${groups.join(', ')}: ${plural(setups.length, 'setup')}`}
      x={{ of: 'at', name: 'Time', domain: [span.from, span.to], tick: localDay }}
      y={{ of: 'value', name: axisName(metric) }}
      names={groups}
      hidden={hidden}
      series={setups.map(({ key, group, points: data }) => ({
        ...{ key, look: groups.indexOf(group), data },
        line: true,
      }))}
      tip={({ setup, value, at, few }) => ({
        title: setup.name,
        lines: [metricText(value, unit), localTime(at), ...(few ? [FEW_TEXT] : [])],
      })}
      onPick={({ id }) => void navigate({ to: '/results/$id', params: { id } })}
      table={<SetupsTable metric={metric} setups={setups} />}
    />
  )
}

import { Link } from '@tanstack/react-router'
import { MOST_SERIES } from '../../charts/series.ts'
import { TimeChart } from '../../charts/TimeChart.tsx'
import { formatDuration, plural } from '../../lib/format.ts'
import { metricName } from '../../lib/metric-names.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { Lines } from '../../ui/Lines.tsx'
import { Panel } from '../../ui/Panel.tsx'
import css from './charts-page.module.css'
import type { ChartsSearch } from './charts-search.ts'
import { useOverTime } from './useOverTime.ts'

type Props = { search: ChartsSearch; span: { from: number; to: number } }

/** How a metric went, group by group. */
export function OverTime({ search, span }: Props) {
  const { points, isPending, error, refetch, stepMs } = useOverTime(search, span)
  const { metric = 'output_tps' } = search
  const counts = new Map<string, number>()
  for (const { group, count } of points) counts.set(group, (counts.get(group) ?? 0) + count)
  const groups = [...counts.entries()].sort((a, b) => b[1] - a[1]).map(([group]) => group)
  const shown = groups.slice(0, MOST_SERIES).sort()
  return (
    <Panel
      title={`${metricName(metric)} over time`}
      aside={
        <span className={css.note}>
          mean of every {formatDuration(stepMs / 1000)}
          {groups.length > shown.length &&
            ` · the ${MOST_SERIES} of ${plural(groups.length, 'group')} with most results`}
        </span>
      }
    >
      {error ? (
        <Failure error={error} onRetry={refetch} />
      ) : isPending ? (
        <Lines n={8} height={26} />
      ) : points.length === 0 ? (
        <Empty title="Nothing was measured in this time.">
          Choose a longer period or other filters.
          {search.simulated === undefined && (
            <>
              {' '}
              Simulated results are left out:{' '}
              <Link to="/charts" search={{ ...search, simulated: 'true' }}>
                show them
              </Link>
            </>
          )}
        </Empty>
      ) : (
        <TimeChart metric={metric} groups={shown} points={points} span={span} />
      )}
    </Panel>
  )
}

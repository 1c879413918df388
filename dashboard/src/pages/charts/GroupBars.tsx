import { useQuery } from '@tanstack/react-query'
import { aggregateQuery } from '../../api/results.ts'
import { BarsChart } from '../../charts/BarsChart.tsx'
import { metricName } from '../../lib/metric-names.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { type ChartsSearch, filterOf, iso } from './charts-search.ts'
import { useGroupName } from './useGroupName.ts'

type Props = { search: ChartsSearch; span: { from: number; to: number }; groups: string[] }
const MAX_BARS = 15

/** The mean of a metric by group over the period, with its standard deviation. */
export function GroupBars({ search, span, groups }: Props) {
  const { metric = 'output_tps', group = 'model' } = search
  const name = useGroupName(group)
  const time = { since: iso(span.from), until: iso(span.to) }
  const aggregate = useQuery(aggregateQuery({ ...filterOf(search), group_by: group, metric, ...time }))
  return (
    <Panel
      title={`${metricName(metric)}, mean of the period`}
      aside="over all engines, agents and loads of a group, with the standard deviation"
    >
      <Loaded query={aggregate} skeleton={<SkeletonLines n={6} height={26} />}>
        {({ items }) => {
          const bars = items.flatMap((item) => {
            const found = item.metrics[metric]
            if (!found || found.avg === null) return []
            const { avg, stddev, count } = found
            return [{ key: name(item), name: name(item), value: avg, sd: stddev ?? undefined, count }]
          })
          if (bars.length === 0) return <Empty title="No results in this period." />
          const most = bars.sort((a, b) => b.count - a.count).slice(0, MAX_BARS)
          // The colours of the other charts; groups that these do not show have none.
          const data = most.map((bar) => ({ ...bar, look: groups.indexOf(bar.name) }))
          return <BarsChart metric={metric} data={data.sort((a, b) => b.value - a.value)} />
        }}
      </Loaded>
    </Panel>
  )
}

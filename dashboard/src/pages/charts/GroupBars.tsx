import { useQuery } from '@tanstack/react-query'
import { aggregateQuery } from '../../api/results.ts'
import { BarsChart } from '../../charts/BarsChart.tsx'
import { MOST_SERIES } from '../../charts/series.ts'
import { metricName } from '../../lib/metric-names.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Lines } from '../../ui/Lines.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { type ChartsSearch, filterOf, iso } from './charts-search.ts'
import { useGroupName } from './useGroupName.ts'

type Props = { search: ChartsSearch; span: { from: number; to: number } }
const MOST_BARS = 15

/** A metric's mean by group over the whole period, with its spread. */
export function GroupBars({ search, span }: Props) {
  const { metric = 'output_tps', group = 'model' } = search
  const name = useGroupName(group)
  const time = { since: iso(span.from), until: iso(span.to) }
  const aggregate = useQuery(aggregateQuery({ ...filterOf(search), group_by: group, metric, ...time }))
  return (
    <Panel title={`${metricName(metric)} in all`} aside="mean and standard deviation of the period">
      <Loaded query={aggregate} skeleton={<Lines n={6} height={26} />}>
        {({ items }) => {
          const bars = items.flatMap((item) => {
            const found = item.metrics[metric]
            if (!found || found.avg === null) return []
            const { avg, stddev, count } = found
            return [{ key: name(item), name: name(item), value: avg, sd: stddev ?? undefined, count }]
          })
          if (bars.length === 0) return <Empty title="Nothing was measured in this time." />
          const most = bars.sort((a, b) => b.count - a.count).slice(0, MOST_BARS)
          // The same colour as in the chart over time, which shows the commonest groups by name.
          const drawn = most
            .slice(0, MOST_SERIES)
            .map((bar) => bar.name)
            .sort()
          const data = most.map((bar) => ({ ...bar, look: drawn.indexOf(bar.name) }))
          return <BarsChart metric={metric} data={data.sort((a, b) => b.value - a.value)} />
        }}
      </Loaded>
    </Panel>
  )
}

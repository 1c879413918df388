import { useAgentName } from '../../api/useAgentName.ts'
import { RangesChart } from '../../charts/RangesChart.tsx'
import { rangesOf } from '../../charts/ranges.ts'
import { metricName } from '../../lib/metric-names.ts'
import common from '../../ui/common.module.css'
import { Empty } from '../../ui/Empty.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import type { ChartsSearch } from './charts-search.ts'
import { Newest } from './Newest.tsx'
import { pointsOf } from './points.ts'
import { useGroupOf } from './useGroupName.ts'
import type { MeasuredQuery } from './useMeasured.ts'

type Props = { search: ChartsSearch; measured: MeasuredQuery; groups: string[] }
const MAX_BARS = 15

/** Groups as bars from the median of their lowest setup to that of their highest. */
export function GroupBars({ search, measured, groups }: Props) {
  const { metric = 'output_tps', group = 'model' } = search
  const groupOf = useGroupOf(group)
  const agentName = useAgentName()
  return (
    <Panel
      title={`${metricName(metric)}, range of the setups`}
      aside={
        <>
          <span className={common.sub}>from the median of the lowest setup to that of the highest</span>
          <Newest data={measured.data} />
        </>
      }
    >
      <Loaded query={measured} lines={6} height={26}>
        {({ results }) => {
          const ranges = rangesOf(pointsOf(results, { metric, groupOf, agentName }))
          if (ranges.length === 0) return <Empty title="No results in this period." />
          const most = ranges.sort((a, b) => b.results - a.results).slice(0, MAX_BARS)
          // The colours of the other charts; groups that these do not show have none.
          const data = most.map((one) => ({ ...one, look: groups.indexOf(one.name) }))
          return <RangesChart metric={metric} data={data.sort((a, b) => b.high - a.high)} />
        }}
      </Loaded>
    </Panel>
  )
}

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { latestResultsQuery } from '../../api/results.ts'
import { useAgentName } from '../../api/useAgentName.ts'
import { TimeChart } from '../../charts/TimeChart.tsx'
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

type Props = {
  search: ChartsSearch
  span: { from: number; to: number }
  measured: MeasuredQuery
  groups: string[]
}

/** A metric over time; a line connects the results of one setup. */
export function OverTime({ search, span, measured, groups }: Props) {
  const { metric = 'output_tps', group = 'model' } = search
  const groupOf = useGroupOf(group)
  const agentName = useAgentName()
  return (
    <Panel
      title={`${metricName(metric)} over time`}
      aside={
        <>
          <span className={common.sub}>
            a line connects results with the same model, engine, agent and load
          </span>
          <Newest data={measured.data} />
        </>
      }
    >
      <Loaded query={measured} lines={10} height={34}>
        {({ results }) => {
          const points = pointsOf(results, { metric, groupOf, agentName })
          if (points.length === 0) return <Nothing search={search} />
          return <TimeChart metric={metric} groups={groups} points={points} span={span} />
        }}
      </Loaded>
    </Panel>
  )
}

function Nothing({ search }: { search: ChartsSearch }) {
  const any = useQuery(latestResultsQuery(1)).data
  if (any?.total === 0)
    return (
      <Empty title="No results yet.">
        They appear here as tests finish. <Link to="/quicktests/new">Launch a quick test</Link>
      </Empty>
    )
  return (
    <Empty title="No results in this period.">
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
  )
}

import { useAgentName } from '../../api/useAgentName.ts'
import type { SpeedPoint } from '../../charts/pareto.ts'
import { ScatterFront } from '../../charts/ScatterFront.tsx'
import { plural } from '../../lib/format.ts'
import { measure, type ResultView } from '../../lib/result.ts'
import { setupOf } from '../../lib/setup.ts'
import common from '../../ui/common.module.css'
import { Empty } from '../../ui/Empty.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import type { Group } from './charts-search.ts'
import { Newest } from './Newest.tsx'
import { useGroupOf } from './useGroupName.ts'
import type { MeasuredQuery } from './useMeasured.ts'

/** Over how many setups the front ranks: between setups more differs than the group. */
function SetupCount({ results = [] }: { results: ResultView[] | undefined }) {
  const agentName = useAgentName()
  const setups = new Set(results.map((one) => setupOf(one, agentName(one.agentId)).key)).size
  if (setups < 2) return null
  return <span className={common.sub}>{plural(setups, 'setup')}, which differ in more than their colour</span>
}

type Props = { group: Group; measured: MeasuredQuery; groups: string[] }

/** Total throughput over throughput per user, with the Pareto front. */
export function ParetoScatter({ group, measured, groups }: Props) {
  const groupOf = useGroupOf(group)
  const pointOf = (result: ResultView): SpeedPoint[] => {
    const perUser = measure(result, 'tps_per_user.p50')?.value
    const total = measure(result, 'output_tps')?.value
    if (perUser === undefined || total === undefined) return []
    const { id, model, engine, at } = result
    return [{ id, name: `${model}, ${engine}`, group: groupOf(result), perUser, total, at }]
  }
  return (
    <Panel
      title="Total throughput over throughput per user"
      aside={
        <>
          {measured.data && measured.data.results.length > 0 && (
            <span className={common.sub}>the dashed line joins what no other result beats in both</span>
          )}
          <SetupCount results={measured.data?.results} />
          <Newest data={measured.data} />
        </>
      }
    >
      <Loaded query={measured} lines={10} height={34}>
        {({ results }) => {
          const points = results.flatMap(pointOf)
          if (points.length === 0) return <Empty title="No result in this period has both metrics." />
          return <ScatterFront points={points} groups={groups} />
        }}
      </Loaded>
    </Panel>
  )
}

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

/** What the line is, and over how many setups it ranks: between setups more differs than the group. */
function FrontNote({ results }: { results: ResultView[] }) {
  const agentName = useAgentName()
  const setups = new Set(results.map((one) => setupOf(one, agentName(one.agentId)).key)).size
  if (setups === 0) return null
  return (
    <>
      <span className={common.sub}>the dashed line joins what no other result beats in both</span>
      {setups > 1 && (
        <span className={common.sub}>{plural(setups, 'setup')}, which differ in more than their colour</span>
      )}
    </>
  )
}

/** The speeds of a result; undefined where it lacks one of them. */
function speedsOf(result: ResultView): Pick<SpeedPoint, 'perUser' | 'total'> | undefined {
  const perUser = measure(result, 'tps_per_user.p50')?.value
  const total = measure(result, 'output_tps')?.value
  return perUser === undefined || total === undefined ? undefined : { perUser, total }
}

type Props = { group: Group; measured: MeasuredQuery; groups: string[] }

/** Total throughput over throughput per user, with the Pareto front. */
export function ParetoScatter({ group, measured, groups }: Props) {
  const groupOf = useGroupOf(group)
  const drawn = (measured.data?.results ?? []).filter((result) => speedsOf(result))
  const pointOf = (result: ResultView): SpeedPoint[] => {
    const speeds = speedsOf(result)
    if (!speeds) return []
    const { id, model, engine, at } = result
    return [{ id, name: `${model}, ${engine}`, group: groupOf(result), ...speeds, at }]
  }
  return (
    <Panel
      title="Total throughput over throughput per user"
      aside={
        <>
          <FrontNote results={drawn} />
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

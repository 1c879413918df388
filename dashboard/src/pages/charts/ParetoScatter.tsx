import type { SpeedPoint } from '../../charts/pareto.ts'
import { ScatterFront } from '../../charts/ScatterFront.tsx'
import { measure, type ResultView } from '../../lib/result.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import type { Group } from './charts-search.ts'
import { Newest } from './Newest.tsx'
import { useGroupOf } from './useGroupName.ts'
import type { MeasuredQuery } from './useMeasured.ts'

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
    <Panel title="Total throughput over throughput per user" aside={<Newest data={measured.data} />}>
      <Loaded query={measured} skeleton={<SkeletonLines n={10} height={34} />}>
        {({ results }) => {
          const points = results.flatMap(pointOf)
          if (points.length === 0) return <Empty title="No result in this period has both metrics." />
          return <ScatterFront points={points} groups={groups} />
        }}
      </Loaded>
    </Panel>
  )
}

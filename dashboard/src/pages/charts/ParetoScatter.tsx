import { useQuery } from '@tanstack/react-query'
import { resultPointsQuery } from '../../api/results.ts'
import type { SpeedPoint } from '../../charts/pareto.ts'
import { ScatterFront } from '../../charts/ScatterFront.tsx'
import { MOST_SERIES } from '../../charts/series.ts'
import { plural } from '../../lib/format.ts'
import { measure, type ResultView, readResult } from '../../lib/result.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Lines } from '../../ui/Lines.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import css from './charts-page.module.css'
import { type ChartsSearch, filterOf, type Group, iso } from './charts-search.ts'
import { useGroupName } from './useGroupName.ts'

type Props = { search: ChartsSearch; span: { from: number; to: number } }

/** What throughput costs in speed for one user, and which results no other beats in both. */
export function ParetoScatter({ search, span }: Props) {
  const { group = 'model' } = search
  const name = useGroupName(group)
  const filter = { ...filterOf(search), simulated: search.simulated ?? 'false' }
  const results = useQuery(resultPointsQuery({ ...filter, since: iso(span.from), until: iso(span.to) }))
  return (
    <Panel
      title="Speed for one user against throughput of the whole"
      aside={
        results.data &&
        results.data.total > results.data.items.length && (
          <span className={css.note}>the newest {plural(results.data.items.length, 'result')}</span>
        )
      }
    >
      <Loaded query={results} skeleton={<Lines n={8} height={26} />}>
        {({ items }) => {
          const points = items.flatMap((stored) => pointOf(readResult(stored), group, name))
          if (points.length === 0) return <Empty title="No result of this time tells both." />
          return <ScatterFront points={points} groups={largest(points)} />
        }}
      </Loaded>
    </Panel>
  )
}

function pointOf(result: ResultView, group: Group, name: ReturnType<typeof useGroupName>): SpeedPoint[] {
  const perUser = measure(result, 'tps_per_user.p50')?.value
  const whole = measure(result, 'output_tps')?.value
  if (perUser === undefined || whole === undefined) return []
  const { id, model, engine, agentId, gpuModel, suite, at } = result
  const values = { model, engine, agent_id: agentId, gpu_model: gpuModel, suite_name: suite }
  return [{ id, name: `${model}, ${engine}`, group: name({ [group]: values[group] }), perUser, whole, at }]
}

/** The groups with most points, as many as can be told apart. */
function largest(points: SpeedPoint[]): string[] {
  const counts = new Map<string, number>()
  for (const { group } of points) counts.set(group, (counts.get(group) ?? 0) + 1)
  const sorted = [...counts.entries()].sort((a, b) => b[1] - a[1])
  return sorted
    .slice(0, MOST_SERIES)
    .map(([group]) => group)
    .sort()
}

import { lazy, Suspense } from 'react'
import type { CampaignDetail, CampaignRun } from '../../api/campaigns.ts'
import { useProfileName } from '../../api/useProfileName.ts'
import { optionFacts, toldApart } from '../../lib/apart.ts'
import { formatNumber } from '../../lib/format.ts'
import { metricName } from '../../lib/metric-names.ts'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'

const BarsChart = lazy(async () => ({ default: (await import('../../charts/BarsChart.tsx')).BarsChart }))

/** The most results that can be compared, and the most bars of a chart. */
const COMPARED = 20
const BARS = 20

/** What the runs of a campaign measured, as bars by metric, each with a link that compares its results. */
export function CampaignResults({ campaign }: { campaign: CampaignDetail }) {
  const groups = new Map<string, CampaignRun[]>()
  for (const run of campaign.runs) {
    const { metric, benchmark } = run
    if (!metric || run.result_id === null) continue
    const key = `${metric.name}\n${benchmark}`
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  // One result is in its cell already.
  const compared = [...groups].filter(([, runs]) => runs.length > 1)
  return compared.map(([key, runs]) => <Measured key={key} runs={runs} several={groups.size > 1} />)
}

type Props = { runs: CampaignRun[]; several: boolean }

function Measured({ runs, several }: Props) {
  const profileName = useProfileName(runs.some(({ profile_id }) => profile_id !== null))
  const [first] = runs
  if (!first?.metric) return null
  const { name } = first.metric
  const ids = runs.flatMap(({ result_id }) => result_id ?? []).slice(0, COMPARED)
  const all = ids.length === runs.length ? '' : ` the first ${formatNumber(ids.length)}`
  const shown = runs.slice(0, BARS)
  const apart = runsApart(shown, profileName)
  const data = shown.flatMap(({ idx, model, engine, agent_name, metric }, i) => {
    if (!metric) return []
    const sub = [apart[i], engine, agent_name].filter(Boolean).join(', ')
    return [{ key: String(idx), name: model, sub, value: metric.value, sd: undefined, count: 1 }]
  })
  return (
    <Panel
      title={several ? `${metricName(name)}, ${first.benchmark}` : metricName(name)}
      aside={
        <LinkButton to="/compare" search={{ ids: ids.join(',') }} variant="default">
          Compare{all}
        </LinkButton>
      }
    >
      <Suspense fallback={<SkeletonLines n={data.length} height={26} />}>
        <BarsChart metric={name} data={data} />
      </Suspense>
    </Panel>
  )
}

/** What tells runs of one model on one engine and agent apart. */
const runsApart = (
  runs: readonly CampaignRun[],
  profileName: (id: string | null) => string | undefined,
): string[] =>
  toldApart(runs, ({ model, engine, agent_name }) => `${model}\n${engine}\n${agent_name}`, [
    ...optionFacts(runs, ({ options }) => options ?? {}),
    ({ mode }) => mode,
    ({ suite_name }) => suite_name,
    ({ profile_id }) => profileName(profile_id),
    ({ idx }) => `run ${idx + 1}`,
  ])

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ComparableResults, MetricVerdict } from '../../../../app/setups/schema.ts'
import { useAccess } from '../../api/access.ts'
import { campaignsQuery } from '../../api/campaigns.ts'
import { judgeLastQuery } from '../../api/results.ts'
import { comparableQuery, setupQuery } from '../../api/setups.ts'
import { withoutVerdict } from '../../lib/changes.ts'
import { plural, unitsKept } from '../../lib/format.ts'
import { metricName } from '../../lib/metric-names.ts'
import type { ResultView } from '../../lib/result.ts'
import common from '../../ui/common.module.css'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { reachOf } from './reach.ts'
import css from './results.module.css'

type Part = ComparableResults['setups'][number]

/** Where a result belongs: how it is against the runs before it in each of its setups, and its campaign. */
export function ResultPlace({ result }: { result: ResultView }) {
  const parts = useQuery(comparableQuery(result.id)).data?.setups ?? []
  const mayJudge = useAccess() === 'full' && parts.some(({ valid, same }) => valid && same.length > 0)
  const judged = useQuery({ ...judgeLastQuery(result.id), enabled: mayJudge }).data
  const verdicts = judged?.metrics.filter(({ role }) => role === 'primary' || role === 'gate') ?? []
  if (parts.length === 0 && result.campaignId === null) return null
  return (
    <Panel title="Against the runs before" flush>
      {parts.map((part) => (
        <SetupPart
          key={part.setup_id}
          part={part}
          result={result}
          verdicts={verdicts.filter(({ setup_id }) => setup_id === part.setup_id)}
        />
      ))}
      {result.campaignId !== null && <CampaignLine id={result.campaignId} />}
    </Panel>
  )
}

type PartProps = { part: Part; result: ResultView; verdicts: MetricVerdict[] }

function SetupPart({ part, result, verdicts }: PartProps) {
  const setup = useQuery(setupQuery(part.setup_id)).data
  const { before, after, reference } = reachOf(part, result)
  return (
    <section className={css.place} aria-label={setup?.label ?? part.benchmark}>
      <p className={css.placeHead}>
        <Link to="/setups/$id" params={{ id: part.setup_id }}>
          {unitsKept(setup?.label ?? part.benchmark)}
        </Link>
        {setup && <StateBadge state={setup.state} />}
      </p>
      {!part.valid && (
        <p className={common.sub}>
          This run is left out of its setup: {part.reasons.map((one) => one.replaceAll('_', ' ')).join(', ')}.
        </p>
      )}
      {part.valid && reference.length === 0 && (
        <p className={common.sub}>The first run of its setup: there is nothing to hold it against yet.</p>
      )}
      {verdicts.length > 0 && <VerdictLines verdicts={verdicts} />}
      <p className={css.placeLinks}>
        {reference.length > 0 && (
          <LinkButton
            to="/compare"
            search={{ ids: [...reference, result.id].join(',') }}
            variant="default"
            size="compact-sm"
          >
            Compare with the {reference.length === 1 ? 'run' : plural(reference.length, 'run')} before
          </LinkButton>
        )}
        {before && (
          <Link to="/results/$id" params={{ id: before }}>
            Earlier run
          </Link>
        )}
        {after && (
          <Link to="/results/$id" params={{ id: after }}>
            Later run
          </Link>
        )}
        <Link to="/setups/$id" params={{ id: part.setup_id }}>
          History{setup && ` of ${plural(setup.runs, 'run')}`}
        </Link>
      </p>
    </section>
  )
}

/** The verdicts below each other, and beside each its metric and the reason. */
function VerdictLines({ verdicts }: { verdicts: MetricVerdict[] }) {
  return (
    <ul className={css.judged}>
      {verdicts.map(({ name, verdict, text }) => (
        <li key={name}>
          <StateBadge state={verdict} />
          <span>
            <b>{metricName(name)}</b> {withoutVerdict(text)}
          </span>
        </li>
      ))}
    </ul>
  )
}

function CampaignLine({ id }: { id: string }) {
  // A deleted campaign leaves its results: to ask for it alone would be an error.
  const campaigns = useQuery(campaignsQuery({ per_page: 100 })).data?.items
  const campaign = campaigns?.find((one) => one.id === id)
  return (
    <p className={css.place}>
      <span>
        {'Measured in the campaign '}
        <Link to="/campaigns/$id" params={{ id }}>
          {campaign?.name ?? id}
        </Link>
        {'; '}
        <Link to="/results" search={{ campaign_id: id }}>
          all its results
        </Link>
      </span>
    </p>
  )
}

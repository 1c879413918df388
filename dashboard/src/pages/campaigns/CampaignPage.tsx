import { VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type Campaign, campaignQuery } from '../../api/campaigns.ts'
import { withBenchmarks } from '../../lib/benchmark.ts'
import { formatNumber } from '../../lib/format.ts'
import common from '../../ui/common.module.css'
import { ExportMenu } from '../../ui/ExportMenu.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { LogView } from '../../ui/LogView.tsx'
import { Page } from '../../ui/Page.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { TimeLeft } from '../../ui/TimeLeft.tsx'
import { CampaignActions } from './CampaignActions.tsx'
import { CampaignFacts } from './CampaignFacts.tsx'
import { CampaignResults } from './CampaignResults.tsx'
import { CampaignState, stateWords } from './CampaignState.tsx'
import { Matrix } from './Matrix.tsx'

const route = getRouteApi('/campaigns/$id')

/** One campaign: matrix, log and details. */
export function CampaignPage() {
  const { id } = route.useParams()
  const campaign = useQuery({ ...campaignQuery(id), select: withBenchmarks })
  const { data } = campaign
  return (
    <Page
      title={data?.name ?? 'Campaign'}
      above={<Link to="/campaigns">Campaigns</Link>}
      beside={data && <CampaignState campaign={data} />}
      lead={data?.description}
      actions={
        data && (
          <>
            <ExportMenu of={{ campaign_id: id }} />
            <CampaignActions campaign={data} />
          </>
        )
      }
    >
      <Loaded query={campaign} lines={8} height={32}>
        {(one) => (
          <>
            <VisuallyHidden role="status">The campaign is {stateWords(one)}.</VisuallyHidden>
            {one.error && <p className={common.failed}>{one.error}</p>}
            <Panel title="Matrix" flush aside={<CampaignCounts campaign={one} />}>
              <Matrix campaign={one} />
            </Panel>
            <CampaignResults campaign={one} />
            <LogView
              of="campaigns"
              id={one.id}
              empty="No log lines yet: the campaign has not been launched."
            />
            <CampaignFacts campaign={one} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** The number of runs by outcome. */
function CampaignCounts({ campaign }: { campaign: Campaign }) {
  const { total_runs, succeeded, failed, skipped, cancelled, status } = campaign
  const open = total_runs - succeeded - failed - skipped - cancelled
  const counts: [string, string, number][] = [
    ['completed', 'succeeded', succeeded],
    ['failed', 'failed', failed],
    ['skipped', 'skipped', skipped],
    ['cancelled', 'cancelled', cancelled],
    ['pending', status === 'draft' ? 'to run' : 'to go', open],
  ]
  return (
    <div className={common.line}>
      {counts.map(
        ([state, word, n]) =>
          n > 0 && <StateBadge key={state} state={state} word={`${formatNumber(n)} ${word}`} />,
      )}
      <TimeLeft until={campaign.expected_end_at} />
    </div>
  )
}

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Panel } from '../../ui/Panel.tsx'
import { CampaignsTable } from '../campaigns/CampaignsTable.tsx'
import { queuedCampaigns, runningCampaigns } from './queries.ts'

/** The campaigns that run or wait; nothing where there are none. */
export function CampaignsUnderWay() {
  const running = useQuery(runningCampaigns)
  const queued = useQuery(queuedCampaigns)
  const campaigns = [...(running.data?.items ?? []), ...(queued.data?.items ?? [])]
  if (campaigns.length === 0) return null
  return (
    <Panel title="Campaigns under way" flush aside={<Link to="/campaigns">All campaigns</Link>}>
      <CampaignsTable campaigns={campaigns} />
    </Panel>
  )
}

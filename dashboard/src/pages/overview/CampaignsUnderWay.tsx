import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { campaignsQuery } from '../../api/campaigns.ts'
import { Panel } from '../../ui/Panel.tsx'
import { CampaignsTable } from '../campaigns/CampaignsTable.tsx'

/** The campaigns that run or wait; nothing where there are none. */
export function CampaignsUnderWay() {
  const running = useQuery(campaignsQuery({ status: 'running', per_page: 10 }))
  const queued = useQuery(campaignsQuery({ status: 'queued', per_page: 10 }))
  const campaigns = [...(running.data?.items ?? []), ...(queued.data?.items ?? [])]
  if (campaigns.length === 0) return null
  return (
    <Panel title="Campaigns under way" flush aside={<Link to="/campaigns">All campaigns</Link>}>
      <CampaignsTable campaigns={campaigns} />
    </Panel>
  )
}

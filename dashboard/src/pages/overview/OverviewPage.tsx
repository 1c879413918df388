import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { campaignsQuery } from '../../api/campaigns.ts'
import common from '../../ui/common.module.css'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { CampaignsTable } from '../campaigns/CampaignsTable.tsx'
import { AgentStrip } from './AgentStrip.tsx'
import { FirstSteps } from './FirstSteps.tsx'
import { LatestResults } from './LatestResults.tsx'
import { NextSchedules } from './NextSchedules.tsx'
import { agents } from './queries.ts'
import { RunningNow } from './RunningNow.tsx'
import { WhatGotWorse } from './WhatGotWorse.tsx'

/** The overview: what got worse, agents, running tests, active campaigns, next schedules, latest results. */
export function OverviewPage() {
  const found = useQuery(agents)
  return (
    <Page title="Overview">
      <Loaded query={found} lines={6} height={36}>
        {({ items, total }) =>
          total === 0 ? (
            <FirstSteps />
          ) : (
            <div className={common.stack}>
              <WhatGotWorse />
              <AgentStrip agents={items} total={total} />
              <RunningNow />
              <CampaignsUnderWay />
              <NextSchedules />
              <LatestResults />
            </div>
          )
        }
      </Loaded>
    </Page>
  )
}

/** The running and queued campaigns, if any. */
function CampaignsUnderWay() {
  const running = useQuery(campaignsQuery({ status: 'running', per_page: 10 }))
  const queued = useQuery(campaignsQuery({ status: 'queued', per_page: 10 }))
  const campaigns = [...(running.data?.items ?? []), ...(queued.data?.items ?? [])]
  if (campaigns.length === 0) return null
  return (
    <Panel title="Active campaigns" flush aside={<Link to="/campaigns">All campaigns</Link>}>
      <CampaignsTable campaigns={campaigns} />
    </Panel>
  )
}

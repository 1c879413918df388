import { useQuery } from '@tanstack/react-query'
import { Lines } from '../../ui/Lines.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { AgentStrip } from './AgentStrip.tsx'
import { CampaignsUnderWay } from './CampaignsUnderWay.tsx'
import { FirstSteps } from './FirstSteps.tsx'
import { LatestResults } from './LatestResults.tsx'
import css from './overview.module.css'
import { agents } from './queries.ts'
import { RunningNow } from './RunningNow.tsx'

/** What is there, what runs, and what came of it. */
export function OverviewPage() {
  const found = useQuery(agents)
  return (
    <Page title="Overview">
      <Loaded query={found} skeleton={<Lines n={6} height={36} />}>
        {({ items, total }) =>
          total === 0 ? (
            <FirstSteps />
          ) : (
            <div className={css.grid}>
              <AgentStrip agents={items} total={total} />
              <RunningNow />
              <CampaignsUnderWay />
              <LatestResults />
            </div>
          )
        }
      </Loaded>
    </Page>
  )
}

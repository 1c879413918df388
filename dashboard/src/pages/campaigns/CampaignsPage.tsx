import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { CAMPAIGN_STATES } from '../../../../lib/states.ts'
import { campaignsQuery } from '../../api/campaigns.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FilterBar, FilterSelect } from '../../ui/FilterBar.tsx'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { stateChoices } from '../../ui/StateBadge.tsx'
import { CampaignsTable } from './CampaignsTable.tsx'

const route = getRouteApi('/campaigns')
const STATES = stateChoices(CAMPAIGN_STATES)

/** The list of campaigns, newest first. */
export function CampaignsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const campaigns = useQuery(campaignsQuery(search))
  const filter = (change: Partial<typeof search>) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, ...change }) })
  const filtered = search.status !== undefined
  return (
    <Page title="Campaigns" actions={<LinkButton to="/campaigns/new">New campaign</LinkButton>}>
      <FilterBar active={filtered} onClear={() => filter({ status: undefined })}>
        <FilterSelect
          label="State"
          data={STATES}
          value={search.status}
          onChange={(status) => filter({ status: status as typeof search.status })}
        />
      </FilterBar>
      <Panel title="Campaigns" flush>
        <Loaded query={campaigns} skeleton={<SkeletonLines n={6} height={24} />}>
          {(list) => (
            <>
              {list.items.length > 0 ? (
                <CampaignsTable campaigns={list.items} />
              ) : (
                <Empty title={filtered ? 'No campaign matches the filter.' : 'No campaigns yet.'}>
                  {filtered ? (
                    'Clear the filter to see all.'
                  ) : (
                    <span>
                      A campaign runs a matrix of models, engines and benchmarks.{' '}
                      <Link to="/campaigns/new">Create the first campaign</Link>
                    </span>
                  )}
                </Empty>
              )}
              <Pager list={list} onPage={(page) => filter({ page })} />
            </>
          )}
        </Loaded>
      </Panel>
    </Page>
  )
}

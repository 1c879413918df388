import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { CAMPAIGN_STATES } from '../../../../lib/states.ts'
import { campaignsQuery } from '../../api/campaigns.ts'
import { isFiltered } from '../../lib/search.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FilterBar, FilterSelect } from '../../ui/FilterBar.tsx'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { Page } from '../../ui/Page.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { stateChoices } from '../../ui/StateBadge.tsx'
import { CampaignsTable } from './CampaignsTable.tsx'

const route = getRouteApi('/campaigns')
const STATES = stateChoices(CAMPAIGN_STATES)
const FILTERS = ['status'] as const
const NO_MATCH = <Empty title="No campaign matches the filter.">Clear the filter to see all.</Empty>
const NONE = (
  <Empty title="No campaigns yet.">
    A campaign runs a matrix of models, engines and benchmarks.{' '}
    <Link to="/campaigns/new">Create the first campaign</Link>
  </Empty>
)

/** The list of campaigns, newest first. */
export function CampaignsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const campaigns = useQuery(campaignsQuery(search))
  const change = (next: typeof search) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, ...next }) })
  return (
    <Page title="Campaigns" actions={<LinkButton to="/campaigns/new">New campaign</LinkButton>}>
      <FilterBar search={search} names={FILTERS} onChange={change}>
        <FilterSelect label="State" data={STATES} search={search} name="status" onChange={change} />
      </FilterBar>
      <Panel title="Campaigns" flush>
        <PagedList
          query={campaigns}
          lines={6}
          height={24}
          empty={isFiltered(search, FILTERS) ? NO_MATCH : NONE}
          onPage={(page) => change({ page })}
        >
          {(items) => <CampaignsTable campaigns={items} />}
        </PagedList>
      </Panel>
    </Page>
  )
}

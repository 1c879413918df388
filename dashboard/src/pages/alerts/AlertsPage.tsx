import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ALERT_STATES } from '../../../../lib/states.ts'
import { alertsQuery } from '../../api/alerts.ts'
import { useAgentChoices } from '../../api/useAgentName.ts'
import { isFiltered } from '../../lib/search.ts'
import { Empty, NoMatch } from '../../ui/Empty.tsx'
import { FilterBar, FilterSelect } from '../../ui/FilterBar.tsx'
import { Page } from '../../ui/Page.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { stateChoices } from '../../ui/StateBadge.tsx'
import { AlertsTable } from './AlertsTable.tsx'

const route = getRouteApi('/alerts')
const STATES = stateChoices(ALERT_STATES)
const KINDS = [
  { value: 'true', label: 'Open' },
  { value: 'false', label: 'Over' },
]
const FILTERS = ['open', 'state', 'agent_id', 'setup_id'] as const
const NONE = (
  <Empty title="No alerts.">
    Nothing got worse that KITT has noticed. The <Link to="/setups">setups</Link> say what is watched, and the
    smallest change that one would notice.
  </Empty>
)

/** The list of alerts, newest first. */
export function AlertsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const agents = useAgentChoices()
  const alerts = useQuery(alertsQuery(search))
  const change = (next: typeof search) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, ...next }) })
  const filtered = isFiltered(search, FILTERS)
  return (
    <Page
      title="Alerts"
      lead="A run that is worse than its setup's noise explains is suspect. KITT runs it again before it tells you."
    >
      <FilterBar search={search} names={FILTERS} onChange={change}>
        <FilterSelect label="Open or over" data={KINDS} search={search} name="open" onChange={change} />
        <FilterSelect label="State" data={STATES} search={search} name="state" onChange={change} />
        <FilterSelect
          label="Agent"
          data={agents}
          search={search}
          name="agent_id"
          onChange={change}
          searchable
        />
      </FilterBar>
      <Panel title={filtered ? 'Matching alerts' : 'All alerts'} flush>
        <PagedList
          query={alerts}
          lines={8}
          height={36}
          empty={filtered ? <NoMatch of="alert" /> : NONE}
          onPage={(page) => change({ page })}
        >
          {(items) => <AlertsTable alerts={items} />}
        </PagedList>
      </Panel>
    </Page>
  )
}

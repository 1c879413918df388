import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { AGENT_STATES } from '../../../../lib/states.ts'
import { agentsQuery, everyHeartbeat } from '../../api/agents.ts'
import { isFiltered } from '../../lib/search.ts'
import { Empty, NoMatch } from '../../ui/Empty.tsx'
import { FilterBar, FilterSelect } from '../../ui/FilterBar.tsx'
import { Page } from '../../ui/Page.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { stateChoices } from '../../ui/StateBadge.tsx'
import { AddAgent } from './AddAgent.tsx'
import { AddVirtualAgent } from './AddVirtualAgent.tsx'
import { AgentsTable } from './AgentsTable.tsx'

const route = getRouteApi('/agents')
const STATES = stateChoices(AGENT_STATES)
const FILTERS = ['status', 'tag'] as const
const NONE = (
  <Empty title="No agents yet.">Add one for a machine with a GPU, or a virtual one to try KITT.</Empty>
)

/** The list of agents. */
export function AgentsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const agents = useQuery({ ...agentsQuery({ per_page: 50, ...search }), ...everyHeartbeat })
  const change = (next: typeof search) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, ...next }) })
  return (
    <Page
      title="Agents"
      actions={
        <>
          <AddVirtualAgent />
          <AddAgent />
        </>
      }
    >
      <FilterBar search={search} names={FILTERS} onChange={change}>
        <FilterSelect label="State" data={STATES} search={search} name="status" onChange={change} />
        {search.tag !== undefined && <span>tagged “{search.tag}”</span>}
      </FilterBar>
      <Panel title="Agents" flush>
        <PagedList
          query={agents}
          lines={6}
          height={32}
          empty={isFiltered(search, FILTERS) ? <NoMatch of="agent" /> : NONE}
          onPage={(page) => change({ page })}
        >
          {(items) => <AgentsTable agents={items} onTag={(tag) => change({ tag })} />}
        </PagedList>
      </Panel>
    </Page>
  )
}

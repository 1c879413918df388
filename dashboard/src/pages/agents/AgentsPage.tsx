import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { AGENT_STATES } from '../../../../lib/states.ts'
import { agentsQuery, everyHeartbeat } from '../../api/agents.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FilterBar, FilterSelect } from '../../ui/FilterBar.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { stateChoices } from '../../ui/StateBadge.tsx'
import { AddAgent } from './AddAgent.tsx'
import { AddVirtualAgent } from './AddVirtualAgent.tsx'
import { AgentsTable } from './AgentsTable.tsx'

const route = getRouteApi('/agents')
const STATES = stateChoices(AGENT_STATES)

/** The list of agents. */
export function AgentsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const agents = useQuery({ ...agentsQuery({ per_page: 50, ...search }), ...everyHeartbeat })
  const filter = (change: Partial<typeof search>) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, ...change }) })
  const filtered = search.status !== undefined || search.tag !== undefined
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
      <FilterBar active={filtered} onClear={() => filter({ status: undefined, tag: undefined })}>
        <FilterSelect
          label="State"
          data={STATES}
          value={search.status}
          onChange={(status) => filter({ status: status as typeof search.status })}
        />
        {search.tag !== undefined && <span>tagged “{search.tag}”</span>}
      </FilterBar>
      <Panel title="Agents" flush>
        <Loaded query={agents} skeleton={<SkeletonLines n={6} height={32} />}>
          {(list) => (
            <>
              {list.items.length > 0 ? (
                <AgentsTable agents={list.items} onTag={(tag) => filter({ tag })} />
              ) : (
                <Empty title={filtered ? 'No agent matches the filters.' : 'No agents yet.'}>
                  {filtered
                    ? 'Clear the filters to see all.'
                    : 'Add one for a machine with a GPU, or a virtual one to try KITT.'}
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

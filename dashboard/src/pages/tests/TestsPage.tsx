import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { TEST_STATES } from '../../../../lib/states.ts'
import { testsQuery } from '../../api/tests.ts'
import { useAgentChoices } from '../../api/useAgentName.ts'
import { isFiltered } from '../../lib/search.ts'
import { Empty, NoMatch } from '../../ui/Empty.tsx'
import { FilterBar, FilterSelect } from '../../ui/FilterBar.tsx'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { Page } from '../../ui/Page.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { stateChoices } from '../../ui/StateBadge.tsx'
import { TestsTable } from './TestsTable.tsx'

const route = getRouteApi('/quicktests')
const STATES = stateChoices(TEST_STATES)
const FILTERS = ['status', 'agent_id'] as const
const NONE = (
  <Empty title="No tests yet.">
    <Link to="/quicktests/new">Launch the first test</Link>
  </Empty>
)

/** The list of tests, newest first. */
export function TestsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const tests = useQuery(testsQuery(search))
  const agents = useAgentChoices()
  const change = (next: typeof search) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, ...next }) })
  return (
    <Page
      title="Quick tests"
      actions={
        <LinkButton to="/quicktests/new" search={{}}>
          Launch a test
        </LinkButton>
      }
    >
      <FilterBar search={search} names={FILTERS} onChange={change}>
        <FilterSelect label="State" data={STATES} search={search} name="status" onChange={change} />
        <FilterSelect
          label="Agent"
          data={agents}
          search={search}
          name="agent_id"
          onChange={change}
          searchable
        />
      </FilterBar>
      <Panel title="Tests" flush>
        <PagedList
          query={tests}
          lines={10}
          height={24}
          empty={isFiltered(search, FILTERS) ? <NoMatch of="test" /> : NONE}
          onPage={(page) => change({ page })}
        >
          {(items) => <TestsTable tests={items} />}
        </PagedList>
      </Panel>
    </Page>
  )
}

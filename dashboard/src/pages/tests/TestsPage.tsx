import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { TEST_STATES } from '../../../../lib/states.ts'
import { testsQuery } from '../../api/tests.ts'
import { useAgentChoices } from '../../api/useAgentName.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FilterBar, FilterSelect } from '../../ui/FilterBar.tsx'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { stateChoices } from '../../ui/StateBadge.tsx'
import { TestsTable } from './TestsTable.tsx'

const route = getRouteApi('/quicktests')
const STATES = stateChoices(TEST_STATES)

/** The list of tests, newest first. */
export function TestsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const tests = useQuery(testsQuery(search))
  const agents = useAgentChoices()
  const filter = (change: Partial<typeof search>) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, ...change }) })
  const filtered = search.status !== undefined || search.agent_id !== undefined
  return (
    <Page
      title="Quick tests"
      actions={
        <LinkButton to="/quicktests/new" search={{}}>
          Launch a test
        </LinkButton>
      }
    >
      <FilterBar active={filtered} onClear={() => filter({ status: undefined, agent_id: undefined })}>
        <FilterSelect
          label="State"
          data={STATES}
          value={search.status}
          onChange={(status) => filter({ status: status as typeof search.status })}
        />
        <FilterSelect
          label="Agent"
          data={agents}
          value={search.agent_id}
          onChange={(agent_id) => filter({ agent_id })}
          searchable
        />
      </FilterBar>
      <Panel title="Tests" flush>
        <Loaded query={tests} skeleton={<SkeletonLines n={10} height={24} />}>
          {(list) => (
            <>
              {list.items.length > 0 ? (
                <TestsTable tests={list.items} />
              ) : (
                <Empty title={filtered ? 'No test matches the filters.' : 'No tests yet.'}>
                  {filtered ? (
                    'Clear the filters to see all.'
                  ) : (
                    <Link to="/quicktests/new">Launch the first test</Link>
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

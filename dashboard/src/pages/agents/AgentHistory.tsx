import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { testsQuery } from '../../api/tests.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { TestsTable } from '../tests/TestsTable.tsx'

/** The latest tests of an agent. */
export function AgentHistory({ id }: { id: string }) {
  const tests = useQuery(testsQuery({ agent_id: id, per_page: 8 }))
  return (
    <Panel
      title="History"
      flush
      aside={
        <>
          <Link to="/quicktests" search={{ agent_id: id }}>
            All its tests
          </Link>
          <Link to="/results" search={{ agent_id: id }}>
            All its results
          </Link>
        </>
      }
    >
      <Loaded query={tests} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No tests yet.">
              <Link to="/quicktests/new" search={{ agent_id: id }}>
                Launch one
              </Link>
            </Empty>
          ) : (
            <TestsTable tests={items} withoutAgent />
          )
        }
      </Loaded>
    </Panel>
  )
}

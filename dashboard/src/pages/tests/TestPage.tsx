import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { testQuery } from '../../api/tests.ts'
import { benchmarkText } from '../../lib/benchmark.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { LogView } from '../../ui/LogView.tsx'
import { Page } from '../../ui/Page.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { CancelTest } from './CancelTest.tsx'
import { TestFacts } from './TestFacts.tsx'
import { TestLive } from './TestLive.tsx'

const route = getRouteApi('/quicktests/$id')

/** One test: progress, log and details. */
export function TestPage() {
  const { id } = route.useParams()
  const test = useQuery(testQuery(id))
  const { data } = test
  return (
    <Page
      title={data?.model_path ?? 'Quick test'}
      above={<Link to="/quicktests">Quick tests</Link>}
      beside={data && <StateBadge state={data.status} />}
      lead={data && `${benchmarkText(data)} on ${data.engine_name}, measured by ${data.agent_name}`}
      actions={data && <CancelTest test={data} />}
    >
      <Loaded query={test} lines={6} height={28}>
        {(one) => (
          <>
            <TestLive test={one} />
            <LogView of="quicktest" id={one.id} empty="No log lines yet." />
            <TestFacts test={one} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

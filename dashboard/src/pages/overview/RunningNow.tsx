import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type QuickTest, testsQuery } from '../../api/tests.ts'
import { plainText } from '../../lib/plain-text.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Lines } from '../../ui/Lines.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { LiveRate } from '../tests/LiveRate.tsx'
import { TestProgress } from '../tests/TestProgress.tsx'
import css from './overview.module.css'
import { useLastWords } from './useLastWords.ts'

/** The tests under way, with how far they are and what they said last. */
export function RunningNow() {
  const running = useQuery(testsQuery({ status: 'running', per_page: 20 }))
  const dispatched = useQuery(testsQuery({ status: 'dispatched', per_page: 20 }))
  const queued = useQuery(testsQuery({ status: 'queued', per_page: 5 }))
  const more = queued.data?.total ?? 0
  return (
    <Panel
      title="Running now"
      flush
      aside={
        more > 0 && (
          <Link to="/quicktests" search={{ status: 'queued' }}>
            {more} queued
          </Link>
        )
      }
    >
      <Loaded query={running} skeleton={<Lines n={2} height={28} />}>
        {({ items }) => {
          const tests = [...items, ...(dispatched.data?.items ?? [])]
          if (tests.length > 0) return <Runs tests={tests} />
          return (
            <Empty title={more > 0 ? 'Nothing runs yet.' : 'Nothing runs.'}>
              {more > 0 ? (
                'The tests in the queue wait for their agents.'
              ) : (
                <Link to="/quicktests/new">Launch a quick test</Link>
              )}
            </Empty>
          )
        }}
      </Loaded>
    </Panel>
  )
}

function Runs({ tests }: { tests: QuickTest[] }) {
  return (
    <ul className={css.runs}>
      {tests.map((test) => (
        <Run key={test.id} test={test} />
      ))}
    </ul>
  )
}

function Run({ test }: { test: QuickTest }) {
  const last = useLastWords(test.id)
  return (
    <li className={css.run}>
      <div className={css.runTitle}>
        <Link to="/quicktests/$id" params={{ id: test.id }}>
          {test.model_path}
        </Link>
        <span className={css.dim}>
          {test.engine_name} · {test.benchmark_name} · {test.agent_name}
        </span>
        <StateBadge state={test.status} />
      </div>
      <LiveRate progress={test.progress} />
      <div className={css.wide}>
        <TestProgress test={test} />
      </div>
      <p className={css.last}>{last === undefined ? '' : plainText(last)}</p>
    </li>
  )
}

import { type UseQueryResult, useQuery } from '@tanstack/react-query'
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

type Asked = UseQueryResult<{ items: QuickTest[]; total: number }>

/** The tests under way, with how far they are and what they said last. */
export function RunningNow() {
  const running = useQuery(testsQuery({ status: 'running', per_page: 20 }))
  const dispatched = useQuery(testsQuery({ status: 'dispatched', per_page: 20 }))
  const queued = useQuery(testsQuery({ status: 'queued', per_page: 5 }))
  const more = queued.data?.total ?? 0
  const all = together(running, dispatched, queued)
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
      <Loaded query={all} skeleton={<Lines n={2} height={28} />}>
        {(tests) => {
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

/** One state of all that was asked. That nothing runs is said once every answer is there, and none from before. */
function together(running: Asked, dispatched: Asked, queued: Asked) {
  const queries = [running, dispatched, queued]
  const tests = [...(running.data?.items ?? []), ...(dispatched.data?.items ?? [])]
  const known = queries.every(
    ({ data, isFetching, isFetchedAfterMount }) => data && (isFetchedAfterMount || !isFetching),
  )
  return {
    data: known || tests.length > 0 ? tests : undefined,
    error: queries.find(({ error }) => error)?.error ?? null,
    isFetching: queries.some(({ isFetching }) => isFetching),
    isPlaceholderData: false,
    refetch: () => Promise.all(queries.map((query) => query.refetch())),
  }
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

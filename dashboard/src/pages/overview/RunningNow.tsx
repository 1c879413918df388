import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { kitt, queryOf, read } from '../../api/kitt.ts'
import { type QuickTest, testsQuery } from '../../api/tests.ts'
import { benchmarkText } from '../../lib/benchmark.ts'
import { asNumber } from '../../lib/loose.ts'
import { plainText } from '../../lib/plain-text.ts'
import { rememberLastLine, useLastLine } from '../../live/log-store.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Metric } from '../../ui/Metric.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { TestProgress } from '../tests/TestProgress.tsx'
import css from './overview.module.css'

type Asked = UseQueryResult<{ items: QuickTest[]; total: number }>

/** The running tests with their progress and last log line. */
export function RunningNow() {
  const running = useQuery(testsQuery({ status: 'running', per_page: 20 }))
  const dispatched = useQuery(testsQuery({ status: 'dispatched', per_page: 20 }))
  const queued = useQuery(testsQuery({ status: 'queued', per_page: 5 }))
  const more = queued.data?.total ?? 0
  const all = combine(running, dispatched, queued)
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
      <Loaded query={all} lines={2} height={28}>
        {(tests) => {
          if (tests.length > 0) return <Runs tests={tests} />
          return (
            <Empty title={more > 0 ? 'No test is running yet.' : 'No test is running.'}>
              {more > 0 ? (
                'The queued tests wait for their agents.'
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

/** Combines the queries. "No test is running" needs a fresh response of each of them. */
function combine(running: Asked, dispatched: Asked, queued: Asked) {
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
  const last = useLastLogLine(test.id)
  return (
    <li className={css.run}>
      <div className={css.runTitle}>
        <Link to="/quicktests/$id" params={{ id: test.id }}>
          {test.model_path}
        </Link>
        <span className={css.dim}>
          {test.engine_name} · {benchmarkText(test)} · {test.agent_name}
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

const MAX_LINES = 5000

/** The last log line of a test. Of a log with more than `MAX_LINES` lines only new lines are shown. */
function useLastLogLine(id: string): string | undefined {
  useQuery({
    queryKey: ['last-log-line', id],
    queryFn: async () => {
      const query = queryOf({ limit: MAX_LINES })
      const { lines, next } = await read(kitt().api.v1.quicktest[':id'].logs.$get({ param: { id }, query }))
      const last = next === null ? lines.at(-1) : undefined
      if (last) rememberLastLine(id, last.line)
      return true
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  return useLastLine(id)
}

/** The throughput so far. */
function LiveRate({ progress }: { progress: QuickTest['progress'] }) {
  const rate = asNumber(progress?.metrics['output_tps'])
  return rate === undefined ? <span /> : <Metric value={rate} unit="tok/s" size="large" />
}

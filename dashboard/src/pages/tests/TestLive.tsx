import { VisuallyHidden } from '@mantine/core'
import { isOpen, type QuickTest } from '../../api/tests.ts'
import { formatDuration } from '../../lib/format.ts'
import { asNumber } from '../../lib/loose.ts'
import { placeText, roughly, timeLeft } from '../../lib/time-left.ts'
import common from '../../ui/common.module.css'
import { Figure, Figures } from '../../ui/Figures.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { useNow } from '../../ui/useNow.ts'
import { ResultFigures } from '../results/ResultFigures.tsx'
import { TestProgress } from './TestProgress.tsx'
import css from './tests.module.css'

/** The progress of a running test, or its outcome. */
export function TestLive({ test }: { test: QuickTest }) {
  const now = useNow()
  const began = test.started_at ? Date.parse(test.started_at) : undefined
  const ended = test.completed_at ? Date.parse(test.completed_at) : now
  const took = began === undefined ? undefined : formatDuration((ended - began) / 1000)
  const left = timeLeft(test.expected_end_at, now)
  return (
    <Panel
      title={isOpen(test.status) ? 'Progress' : 'Outcome'}
      aside={took && (isOpen(test.status) ? [took, left].filter(Boolean).join(', ') : `took ${took}`)}
    >
      <VisuallyHidden role="status">The test is {test.status}.</VisuallyHidden>
      <div className={css.live}>
        {test.status === 'failed' && (
          <p className={common.failed}>{test.error ?? 'It failed without giving a reason.'}</p>
        )}
        {test.status === 'cancelled' && <p>The test was cancelled.</p>}
        {test.status === 'queued' && <Waiting test={test} />}
        {isOpen(test.status) && test.status !== 'queued' && <TestProgress test={test} />}
        {test.result_id ? <ResultFigures id={test.result_id} /> : <LiveFigures test={test} />}
        {test.status === 'completed' && !test.result_id && <p>{test.error ?? 'Waiting for the result.'}</p>}
      </div>
    </Panel>
  )
}

/** The place of a test in the queue of its agent, and when it begins. */
function Waiting({ test: { agent_name, place, expected_start_at } }: { test: QuickTest }) {
  const now = useNow()
  const seconds = expected_start_at ? (Date.parse(expected_start_at) - now) / 1000 : undefined
  return (
    <p>
      Waiting for {agent_name}
      {place === null ? ' to be free' : place === 1 ? ': next in its queue' : `: ${placeText(place)}`}
      {seconds !== undefined && seconds > 5 && `, begins in about ${roughly(seconds)}`}.
    </p>
  )
}

/** The metrics so far; of a test that ended without a result, the last ones. */
function LiveFigures({ test: { progress, status } }: { test: QuickTest }) {
  if (!progress) return null
  const when = isOpen(status) ? 'so far' : 'until then'
  const { metrics } = progress
  const failed = asNumber(metrics['failed_requests']) ?? 0
  return (
    <Figures>
      <Figure name={`Output throughput ${when}`} value={asNumber(metrics['output_tps'])} unit="tok/s" main />
      <Figure name="Time to first token" value={asNumber(metrics['ttft_ms'])} unit="ms" />
      {failed > 0 && <Figure name="Failed requests" value={failed} unit="" />}
    </Figures>
  )
}

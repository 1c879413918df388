import { VisuallyHidden } from '@mantine/core'
import type { QuickTest } from '../../api/tests.ts'
import { formatDuration } from '../../lib/format.ts'
import { Panel } from '../../ui/Panel.tsx'
import { useNow } from '../../ui/useNow.ts'
import { ResultFigures } from '../results/ResultFigures.tsx'
import { LiveFigures } from './LiveFigures.tsx'
import { TestProgress } from './TestProgress.tsx'
import { isOpen } from './test-state.ts'
import css from './tests.module.css'

/** The middle of a test's page: how far it is while it runs, what came of it afterwards. */
export function TestLive({ test }: { test: QuickTest }) {
  const now = useNow()
  const began = test.started_at ? Date.parse(test.started_at) : undefined
  const ended = test.completed_at ? Date.parse(test.completed_at) : now
  const took = began === undefined ? undefined : formatDuration((ended - began) / 1000)
  return (
    <Panel
      title={isOpen(test.status) ? 'Progress' : 'Outcome'}
      aside={took && (isOpen(test.status) ? took : `took ${took}`)}
    >
      <VisuallyHidden role="status">The test is {test.status}.</VisuallyHidden>
      <div className={css.live}>
        {test.status === 'failed' && (
          <p className={css.failed}>{test.error ?? 'It failed without a reason.'}</p>
        )}
        {test.status === 'cancelled' && <p>It was cancelled before its end.</p>}
        {test.status === 'queued' && <p>It waits for {test.agent_name} to be free.</p>}
        {isOpen(test.status) && test.status !== 'queued' && <TestProgress test={test} />}
        {test.result_id ? <ResultFigures id={test.result_id} /> : <LiveFigures test={test} />}
        {test.status === 'completed' && !test.result_id && <p>{test.error ?? 'Its result is on the way.'}</p>}
      </div>
    </Panel>
  )
}

import { progressWords } from '../../../../lib/progress-words.ts'
import type { QuickTest } from '../../api/tests.ts'
import { formatNumber } from '../../lib/format.ts'
import { Bar } from '../../ui/Bar.tsx'
import { TimeLeft } from '../../ui/TimeLeft.tsx'
import css from './tests.module.css'

/** The progress of a test in requests, or in percent where time ends it. */
export function TestProgress({ test }: { test: Pick<QuickTest, 'progress' | 'status' | 'expected_end_at'> }) {
  const { done = 0, total = 0, unit, label } = test.progress ?? {}
  const reached =
    unit === 'percent'
      ? progressWords({ done, total, unit })
      : `${formatNumber(done)} / ${formatNumber(total)}`
  const part = label ? `${label} · ` : ''
  return (
    <div className={css.progress}>
      <Bar
        value={done}
        max={Math.max(total, 1)}
        label="Progress"
        tone={test.status === 'failed' ? 'bad' : 'run'}
      />
      <span>
        {total > 0 ? `${part}${reached}` : 'starting'}
        {test.expected_end_at && (
          <>
            {' · '}
            <TimeLeft until={test.expected_end_at} />
          </>
        )}
      </span>
    </div>
  )
}

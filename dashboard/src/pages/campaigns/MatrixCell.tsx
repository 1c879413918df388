import { Link } from '@tanstack/react-router'
import type { CampaignRun } from '../../api/campaigns.ts'
import type { ResultView } from '../../lib/result.ts'
import { StateBadge, toneOf } from '../../ui/StateBadge.tsx'
import { Headline } from '../results/Headline.tsx'
import css from './campaigns.module.css'

/** One run: its state and main metric, linked to its result or test. */
export function MatrixCell({ run, result }: { run: CampaignRun; result: ResultView | undefined }) {
  const content = (
    <>
      <span className={css.cellTop}>
        <StateBadge state={run.status} />
        {result && <Headline result={result} />}
      </span>
      {run.reason && (
        <span className={css.why} title={run.reason}>
          {run.reason}
        </span>
      )}
    </>
  )
  const look = { className: css.cell ?? '', 'data-tone': toneOf(run.status) }
  const label = `${run.model} on ${run.engine}, ${run.benchmark}: ${run.status}`
  if (run.result_id) {
    return (
      <Link to="/results/$id" params={{ id: run.result_id }} aria-label={label} {...look}>
        {content}
      </Link>
    )
  }
  if (run.quick_test_id) {
    return (
      <Link to="/quicktests/$id" params={{ id: run.quick_test_id }} aria-label={label} {...look}>
        {content}
      </Link>
    )
  }
  return <div {...look}>{content}</div>
}

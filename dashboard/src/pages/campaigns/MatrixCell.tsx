import { Link } from '@tanstack/react-router'
import type { CampaignRun } from '../../api/campaigns.ts'
import { metricName } from '../../lib/metric-names.ts'
import { placeText } from '../../lib/time-left.ts'
import { Bar } from '../../ui/Bar.tsx'
import common from '../../ui/common.module.css'
import { Metric } from '../../ui/Metric.tsx'
import { StateBadge, toneOf } from '../../ui/StateBadge.tsx'
import { TimeLeft } from '../../ui/TimeLeft.tsx'
import css from './campaigns.module.css'
import { optionWords } from './matrix-columns.ts'

/** One run: its state, how far it is, and what it measured, linked to its result or test. */
export function MatrixCell({ run }: { run: CampaignRun }) {
  const { metric, reason, progress, place, status } = run
  const isOpen = place !== null || progress !== null || run.expected_end_at !== null
  const content = (
    <>
      <span className={css.cellTop}>
        <StateBadge state={status} />
        {metric && <Metric value={metric.value} unit={metric.unit} />}
      </span>
      {metric && <span className={css.why}>{metricName(metric.name)}</span>}
      {isOpen && (
        <span className={common.sub}>
          {place !== null && `${placeText(place)} `}
          {progress?.label && `${progress.label} `}
          <TimeLeft until={run.expected_end_at} />
        </span>
      )}
      {progress && progress.total > 0 && (
        <Bar value={progress.done} max={progress.total} label="Progress of this run" />
      )}
      {reason && (
        <span className={css.why} title={reason}>
          {reason}
        </span>
      )}
    </>
  )
  const look = { className: css.cell ?? '', 'data-tone': toneOf(status) }
  const what = [run.benchmark, optionWords(run)].filter((word) => word !== '').join(', ')
  const label = `${run.model} on ${run.engine}, ${what}: ${status}`
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

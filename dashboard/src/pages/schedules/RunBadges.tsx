import type { ScheduleRun } from '../../api/schedules.ts'
import { StateBadge } from '../../ui/StateBadge.tsx'
import css from './schedules.module.css'

/** How a run of a schedule ended, and what its results tell. */
export function RunBadges({ run }: { run: ScheduleRun }) {
  const [state, word] = outcomeOf(run)
  return (
    <span className={css.badges} title={run.reason === '' ? undefined : run.reason}>
      <StateBadge state={state} {...(word ? { word } : {})} />
      {run.verdict && <StateBadge state={run.verdict} />}
    </span>
  )
}

/** A state with a look, and its word if it is another. */
function outcomeOf({
  outcome,
  campaign_status,
  failed_runs,
  skipped_runs,
  total_runs,
}: ScheduleRun): [string, string?] {
  if (outcome === 'started') {
    if (campaign_status === null) return ['cancelled', 'campaign deleted']
    if (campaign_status === 'completed' && failed_runs)
      return ['warning', `${failed_runs} of ${total_runs} failed`]
    if (campaign_status === 'completed' && skipped_runs)
      return ['warning', `${skipped_runs} of ${total_runs} skipped`]
    return [campaign_status]
  }
  if (outcome === 'waiting') return ['queued', 'waiting']
  if (outcome === 'missed') return ['missing', 'missed']
  return [outcome]
}

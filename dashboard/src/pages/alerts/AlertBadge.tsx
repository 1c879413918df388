import type { Alert } from '../../api/alerts.ts'
import { StateBadge } from '../../ui/StateBadge.tsx'

/** The state of an alert; while runs confirm it, how many of them are there. */
export function AlertBadge({ alert }: { alert: Alert }) {
  const { state, confirmed_runs, planned_runs } = alert
  if (state !== 'confirming') return <StateBadge state={state} />
  return <StateBadge state={state} word={`confirming, ${confirmed_runs} of ${planned_runs}`} />
}

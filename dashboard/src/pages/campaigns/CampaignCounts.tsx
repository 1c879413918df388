import type { Campaign } from '../../api/campaigns.ts'
import { formatNumber } from '../../lib/format.ts'
import { StateBadge } from '../../ui/StateBadge.tsx'
import css from './campaigns.module.css'

/** How many runs came to what. */
export function CampaignCounts({ campaign }: { campaign: Campaign }) {
  const { total_runs, succeeded, failed, skipped, cancelled, status } = campaign
  const open = total_runs - succeeded - failed - skipped - cancelled
  const counts: [string, string, number][] = [
    ['completed', 'succeeded', succeeded],
    ['failed', 'failed', failed],
    ['skipped', 'skipped', skipped],
    ['cancelled', 'cancelled', cancelled],
    ['pending', status === 'draft' ? 'to run' : 'to go', open],
  ]
  return (
    <div className={css.counts}>
      {counts.map(
        ([state, word, n]) =>
          n > 0 && <StateBadge key={state} state={state} word={`${formatNumber(n)} ${word}`} />,
      )}
    </div>
  )
}

import type { Campaign } from '../../api/campaigns.ts'
import { formatNumber } from '../../lib/format.ts'
import { StateBadge } from '../../ui/StateBadge.tsx'

type Counted = Pick<Campaign, 'status' | 'total_runs' | 'failed' | 'skipped'>

/** The state of a campaign in words: one of which runs failed is not simply completed. */
export function stateWords({ status, total_runs, failed, skipped }: Counted): string {
  if (status !== 'completed' || failed + skipped === 0) return status
  const of = `of ${formatNumber(total_runs)}`
  return failed > 0 ? `${formatNumber(failed)} ${of} failed` : `${formatNumber(skipped)} ${of} skipped`
}

/** The state of a campaign, with a warning if runs of it failed or were skipped. */
export function CampaignState({ campaign }: { campaign: Counted }) {
  const words = stateWords(campaign)
  return words === campaign.status ? (
    <StateBadge state={words} />
  ) : (
    <StateBadge state="warning" word={words} />
  )
}

import type { Campaign } from '../../api/campaigns.ts'
import { formatNumber } from '../../lib/format.ts'
import { Bar } from '../../ui/Bar.tsx'
import common from '../../ui/common.module.css'
import { TimeLeft } from '../../ui/TimeLeft.tsx'
import css from './campaigns.module.css'

type Counted = Pick<
  Campaign,
  'total_runs' | 'succeeded' | 'failed' | 'skipped' | 'cancelled' | 'status' | 'expected_end_at'
>

/** The ended runs of a campaign by outcome, as a bar. */
export function CampaignProgress({ campaign }: { campaign: Counted }) {
  const { total_runs, succeeded, failed, skipped, cancelled, status } = campaign
  const ended = succeeded + failed + skipped + cancelled
  const parts = [
    { value: succeeded, tone: status === 'completed' ? 'ok' : 'run' },
    { value: failed, tone: 'bad' },
    { value: skipped + cancelled, tone: 'warn' },
  ] as const
  return (
    <span className={css.progress}>
      <Bar value={ended} max={Math.max(1, total_runs)} label="Runs that have ended" parts={[...parts]} />
      <span>
        {formatNumber(succeeded)} of {formatNumber(total_runs)}
        {failed > 0 && `, ${formatNumber(failed)} failed`}
        {skipped > 0 && <span className={common.notOnCard}>, {formatNumber(skipped)} skipped</span>}
        {campaign.expected_end_at && (
          <>
            {', '}
            <TimeLeft until={campaign.expected_end_at} />
          </>
        )}
      </span>
    </span>
  )
}

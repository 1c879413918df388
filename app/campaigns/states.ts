import { and, eq, inArray, type SQL } from 'drizzle-orm'
import { campaigns } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { ACTIVE_CAMPAIGN, ENDED } from '../../lib/states.ts'
import { WrongState } from '../errors.ts'
import { status } from '../quicktests/events.ts'
import type { CampaignStatus } from './schema.ts'

export type CampaignRow = typeof campaigns.$inferSelect

/** The states from which each state may be reached. Ended campaigns move only by launch and retry. */
const REACHED_FROM: Record<CampaignStatus, readonly CampaignStatus[]> = {
  draft: [],
  queued: ['draft', ...ENDED],
  running: ['queued'],
  completed: ACTIVE_CAMPAIGN,
  failed: ACTIVE_CAMPAIGN,
  cancelled: ACTIVE_CAMPAIGN,
}

/** The error for an action that the state of a campaign does not allow. */
export const wrongState = (campaign: CampaignRow, allowed: readonly string[], what: string) =>
  new WrongState(
    `The campaign is ${campaign.status}; only a ${allowed.join(', ').replace(/, (\w+)$/, ' or $1')} one can be ${what}.`,
  )

export type Move = {
  to: CampaignStatus
  at: number
  error?: string | null
  /** Restricts the states that allow the move. */
  from?: readonly CampaignStatus[]
  where?: SQL | undefined
}

/** Moves a campaign to another state and emits the event; undefined if its current state does not allow it. */
export async function moveCampaign(
  tx: WriteTx,
  id: string,
  { to, at, error = null, from = REACHED_FROM[to], where }: Move,
): Promise<CampaignRow | undefined> {
  const times =
    to === 'queued'
      ? { started_at: null, completed_at: null }
      : to === 'running'
        ? { started_at: at }
        : { completed_at: at }
  const [row] = await tx.orm
    .update(campaigns)
    .set({ status: to, error, waiting_for: null, ...times })
    .where(and(eq(campaigns.id, id), inArray(campaigns.status, from), where))
    .returning()
  if (row) tx.emit(status.row({ status: to, error, campaign_id: id }, { source_id: id, at }))
  return row
}

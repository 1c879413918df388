import { and, eq, inArray } from 'drizzle-orm'
import { campaignCells, campaigns } from '../../../db/schema.ts'
import type { WriteTx } from '../../../db/writer.ts'
import { ACTIVE_CAMPAIGN, isOneOf, OPEN_CELL } from '../../../lib/states.ts'
import type { Deps } from '../../deps.ts'
import { sideBySide } from '../../turns.ts'
import { countersOf } from '../counters.ts'
import { logCampaign, summary } from '../log.ts'
import { CampaignConfig } from '../schema.ts'
import { findCampaign } from '../service.ts'
import { type CampaignRow, moveCampaign, wrongState } from '../states.ts'
import { applyActions } from './apply.ts'
import { withdrawTest } from './cells.ts'
import { settle } from './plan.ts'
import { openCells } from './rows.ts'

/** Cancels an active campaign: its queued tests end, its running ones get a command to stop. @throws NotFound, WrongState */
export function cancelCampaign(deps: Deps, id: string) {
  return deps.write(async (tx) => {
    const campaign = await findCampaign(tx.orm, id)
    if (!isOneOf(ACTIVE_CAMPAIGN, campaign.status)) throw wrongState(campaign, ACTIVE_CAMPAIGN, 'cancelled')
    await cancelIn(deps, tx, campaign)
    return { status: 'cancelled' as const }
  })
}

/** Deletes a campaign; cancels an active one first. Its tests and results stay, with its id. @throws NotFound */
export function deleteCampaign(deps: Deps, id: string): Promise<void> {
  return deps.write(async (tx) => {
    const campaign = await findCampaign(tx.orm, id)
    if (isOneOf(ACTIVE_CAMPAIGN, campaign.status)) await cancelIn(deps, tx, campaign)
    await tx.orm.delete(campaigns).where(eq(campaigns.id, id))
  })
}

async function cancelIn(deps: Deps, tx: WriteTx, { id, config }: CampaignRow) {
  const at = deps.clock.now()
  const counters = async () => countersOf(tx.orm, id)
  const work = { id, config: CampaignConfig.parse(JSON.parse(config)), counters: await counters() }
  // Tests that have ended keep their outcome.
  const step = { deps, tx, work, at }
  await sideBySide(await openCells(tx.orm, id), async (cell) => {
    await applyActions(step, settle(cell, 0, Number.POSITIVE_INFINITY))
    if (cell.test) await withdrawTest(step, cell.test.id, 'The campaign was cancelled.')
  })
  await tx.orm
    .update(campaignCells)
    .set({ status: 'cancelled', reason: 'The campaign was cancelled.' })
    .where(and(eq(campaignCells.campaign_id, id), inArray(campaignCells.status, OPEN_CELL)))
  await moveCampaign(tx, id, { to: 'cancelled', at })
  logCampaign(tx, id, `cancelled: ${summary(await counters())}`, at)
}

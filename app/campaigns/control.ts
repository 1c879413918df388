import { and, eq, inArray, isNotNull, isNull, or } from 'drizzle-orm'
import { campaignCells, campaigns, quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import type { Deps } from '../deps.ts'
import { BadRequest, WrongState } from '../errors.ts'
import { detailsOf, sentenceOf } from '../http/validate.ts'
import { applyAction } from '../jobs/campaign-apply.ts'
import { dropTest } from '../jobs/campaign-cells.ts'
import { settle } from '../jobs/campaign-plan.ts'
import { hostsOf, OPEN, openCells } from '../jobs/campaign-rows.ts'
import { countersOf } from './counters.ts'
import { writeCells } from './matrix.ts'
import { CampaignConfig } from './schema.ts'
import { findCampaign } from './service.ts'
import { type CampaignRow, isActive, moveCampaign } from './states.ts'
import { summary, tell } from './tell.ts'

const LAUNCHABLE = ['draft', 'failed', 'cancelled'] as const
const RETRYABLE = ['completed', 'failed', 'cancelled'] as const

const wrongState = (campaign: CampaignRow, allowed: readonly string[], what: string) =>
  new WrongState(
    `The campaign is ${campaign.status}; only a ${allowed.join(', ').replace(/, (\w+)$/, ' or $1')} one can be ${what}.`,
  )

/** Starts every run of a campaign from the beginning. @throws NotFound, WrongState, BadRequest */
export function launchCampaign(deps: Deps, id: string) {
  return deps.write(async (tx) => {
    const campaign = await findCampaign(tx.orm, id)
    if (!LAUNCHABLE.some((state) => state === campaign.status))
      throw wrongState(campaign, LAUNCHABLE, 'launched')
    const config = configOf(campaign)
    const names = await hostNames(tx, campaign, config)
    const total = await writeCells(tx, id, config)
    if (total === 0)
      throw new BadRequest('There is nothing to run: the campaign needs a model, an engine and a benchmark.')
    const at = deps.clock.now()
    await moveCampaign(tx, id, { to: 'queued', at, from: LAUNCHABLE })
    const sizes = `${config.models.length} × ${config.engines.length} × ${config.benchmarks.length}`
    tell(tx, id, `launched: ${total} ${total === 1 ? 'run' : 'runs'} (${sizes}) on ${names}`, at)
    return { status: 'queued' as const }
  })
}

/** Runs again what did not succeed: what failed, was skipped or cancelled, or has no result. @throws NotFound, WrongState */
export function retryCampaign(deps: Deps, id: string) {
  return deps.write(async (tx) => {
    const campaign = await findCampaign(tx.orm, id)
    if (!RETRYABLE.some((state) => state === campaign.status))
      throw wrongState(campaign, RETRYABLE, 'retried')
    await hostNames(tx, campaign, configOf(campaign))
    // Those that no result can come for any more.
    const withoutResult = tx.orm
      .select({ id: quickTests.id })
      .from(quickTests)
      .where(and(eq(quickTests.campaign_id, id), isNull(quickTests.result_id), isNotNull(quickTests.error)))
    const again = await tx.orm
      .update(campaignCells)
      .set({ status: 'pending', test_id: null, reason: null, tries: 0 })
      .where(
        and(
          eq(campaignCells.campaign_id, id),
          or(
            inArray(campaignCells.status, ['failed', 'skipped', 'cancelled']),
            and(eq(campaignCells.status, 'completed'), inArray(campaignCells.test_id, withoutResult)),
          ),
        ),
      )
      .returning({ idx: campaignCells.idx })
    if (again.length === 0)
      throw new WrongState('There is nothing to retry: every run of the campaign succeeded.')
    const at = deps.clock.now()
    await moveCampaign(tx, id, { to: 'queued', at, from: RETRYABLE })
    tell(tx, id, `retrying ${again.length} ${again.length === 1 ? 'run' : 'runs'}`, at)
    return { status: 'queued' as const }
  })
}

function configOf(campaign: CampaignRow): CampaignConfig {
  const parsed = CampaignConfig.safeParse(JSON.parse(campaign.config))
  if (parsed.success) return parsed.data
  const details = detailsOf(parsed.error).map(({ path, message }) => ({ path: `config.${path}`, message }))
  throw new BadRequest(sentenceOf(details), { details })
}

/** The names of the agents it would run on. @throws BadRequest where there is none */
async function hostNames(tx: WriteTx, campaign: CampaignRow, config: CampaignConfig): Promise<string> {
  const hosts = await hostsOf(tx.orm, campaign, config)
  if (hosts.length === 0)
    throw new BadRequest(
      'The campaign has no agent: give it an agent_id, config.agents or config.agent_tags that name one.',
    )
  const names = hosts.slice(0, 10).map(({ name }) => name)
  return `${names.join(', ')}${hosts.length > 10 ? ` and ${hosts.length - 10} more` : ''}`
}

/** Ends a campaign that is under way: nothing of it stays queued, what runs is told to stop. @throws NotFound, WrongState */
export function cancelCampaign(deps: Deps, id: string) {
  return deps.write(async (tx) => {
    const campaign = await findCampaign(tx.orm, id)
    if (!isActive(campaign.status)) throw wrongState(campaign, ['queued', 'running'], 'cancelled')
    await cancelIn(deps, tx, campaign)
    return { status: 'cancelled' as const }
  })
}

/** Removes a campaign, cancelled first if it is under way. Its tests and results stay, with its id. @throws NotFound */
export function deleteCampaign(deps: Deps, id: string): Promise<void> {
  return deps.write(async (tx) => {
    const campaign = await findCampaign(tx.orm, id)
    if (isActive(campaign.status)) await cancelIn(deps, tx, campaign)
    await tx.orm.delete(campaigns).where(eq(campaigns.id, id))
  })
}

async function cancelIn(deps: Deps, tx: WriteTx, { id, config }: CampaignRow) {
  const at = deps.clock.now()
  const counters = async () => (await countersOf(tx.orm, [id]))(id)
  const work = { id, config: CampaignConfig.parse(JSON.parse(config)), counters: await counters() }
  // What has ended meanwhile counts as what it came to.
  for (const cell of await openCells(tx.orm, id)) {
    for (const action of settle(cell, 0, Number.POSITIVE_INFINITY))
      await applyAction({ deps, tx, work, at }, action)
    if (cell.test) await dropTest({ deps, tx, work, at }, cell.test.id, 'The campaign was cancelled.')
  }
  await tx.orm
    .update(campaignCells)
    .set({ status: 'cancelled', reason: 'The campaign was cancelled.' })
    .where(and(eq(campaignCells.campaign_id, id), inArray(campaignCells.status, [...OPEN])))
  await moveCampaign(tx, id, { to: 'cancelled', at })
  tell(tx, id, `cancelled: ${summary(await counters())}`, at)
}

import { and, eq, inArray, isNotNull, isNull, or } from 'drizzle-orm'
import { campaignCells, quickTests } from '../../../db/schema.ts'
import type { WriteTx } from '../../../db/writer.ts'
import { plural } from '../../../lib/format-number.ts'
import { ENDED, isOneOf } from '../../../lib/states.ts'
import type { Deps } from '../../deps.ts'
import { BadRequest, WrongState } from '../../errors.ts'
import { detailsOf, sentenceOf } from '../../http/validate.ts'
import { logCampaign } from '../log.ts'
import { type FormatsByPath, modelPaths, profilesOf, writeCells } from '../matrix.ts'
import { CampaignConfig } from '../schema.ts'
import { findCampaign } from '../service.ts'
import { type CampaignRow, moveCampaign, wrongState } from '../states.ts'
import { hostsOf } from './rows.ts'

const LAUNCHABLE = ['draft', 'failed', 'cancelled'] as const

/** Starts every run of a campaign from the beginning. @throws NotFound, WrongState, BadRequest */
export async function launchCampaign(deps: Deps, id: string) {
  const formats = await formatsFor(deps, configOf(await findCampaign(deps.db.read, id)))
  return deps.write(async (tx) => {
    await launchIn(deps, tx, id, formats)
    return { status: 'queued' as const }
  })
}

/** The same within a transaction. @param formats of its models, by `formatsFor` */
export async function launchIn(deps: Deps, tx: WriteTx, id: string, formats: FormatsByPath): Promise<void> {
  const campaign = await findCampaign(tx.orm, id)
  if (!LAUNCHABLE.some((state) => state === campaign.status))
    throw wrongState(campaign, LAUNCHABLE, 'launched')
  const config = configOf(campaign)
  const names = await hostNames(tx, campaign, config)
  await requireProfiles(tx, config)
  const total = await writeCells(tx, id, config, formats)
  if (total === 0)
    throw new BadRequest('There is nothing to run: the campaign needs a model, an engine and a benchmark.')
  const at = deps.clock.now()
  await moveCampaign(tx, id, { to: 'queued', at, from: LAUNCHABLE })
  logCampaign(tx, id, `launched: ${plural(total, 'run')}${sizesOf(config)} on ${names}`, at)
}

/** ` (2 × 3 × 1)`, if there is a matrix. */
function sizesOf({ models, engines, benchmarks, runs }: CampaignConfig): string {
  if (models.length * engines.length * benchmarks.length === 0) return ''
  const singles = runs.length > 0 ? ` + ${runs.length}` : ''
  return ` (${models.length} × ${engines.length} × ${benchmarks.length}${singles})`
}

/** Repeats the runs that failed, were skipped or cancelled, or have no result. @throws NotFound, WrongState */
export function retryCampaign(deps: Deps, id: string) {
  return deps.write(async (tx) => {
    const campaign = await findCampaign(tx.orm, id)
    if (!isOneOf(ENDED, campaign.status)) throw wrongState(campaign, ENDED, 'retried')
    await hostNames(tx, campaign, configOf(campaign))
    // Completed tests whose result can no longer arrive.
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
    await moveCampaign(tx, id, { to: 'queued', at, from: ENDED })
    logCampaign(tx, id, `retrying ${plural(again.length, 'run')}`, at)
    return { status: 'queued' as const }
  })
}

function configOf(campaign: CampaignRow): CampaignConfig {
  const parsed = CampaignConfig.safeParse(JSON.parse(campaign.config))
  if (parsed.success) return parsed.data
  const details = detailsOf(parsed.error).map(({ path, message }) => ({ path: `config.${path}`, message }))
  throw new BadRequest(sentenceOf(details), { details })
}

/** The names of a campaign's agents. @throws BadRequest if it has none */
async function hostNames(tx: WriteTx, campaign: CampaignRow, config: CampaignConfig): Promise<string> {
  const hosts = await hostsOf(tx.orm, campaign, config)
  if (hosts.length === 0)
    throw new BadRequest(
      'The campaign has no agent: give it an agent_id, config.agents or config.agent_tags that name one.',
    )
  const names = hosts.slice(0, 10).map(({ name }) => name)
  return `${names.join(', ')}${hosts.length > 10 ? ` and ${hosts.length - 10} more` : ''}`
}

/** Formats by the model directory; read before the transaction, which must not wait for a disk. */
export async function formatsFor(deps: Deps, config: CampaignConfig): Promise<FormatsByPath> {
  const formats = new Map<string, string[]>()
  for (const path of modelPaths(config)) formats.set(path, await deps.models().formatsOf(path))
  return formats
}

/** @throws BadRequest for an unknown profile or one of another engine */
export async function requireProfiles(tx: Pick<WriteTx, 'orm'>, config: CampaignConfig) {
  const profiles = await profilesOf(tx, config)
  const used = [
    ...config.engines.map(({ name, profile_id }, n) => ({ name, profile_id, path: `engines.${n}` })),
    ...config.runs.map(({ engine, profile_id }, n) => ({ name: engine, profile_id, path: `runs.${n}` })),
  ]
  const details = used.flatMap(({ name, profile_id, path }) => {
    const profile = profiles.get(profile_id ?? '')
    if (!profile_id || profile?.engine === name) return []
    const message = profile
      ? `is a profile for ${profile.engine}, not ${name}`
      : 'must be the id of an engine profile; there is none with this one'
    return [{ path: `config.${path}.profile_id`, message }]
  })
  if (details.length > 0) throw new BadRequest(sentenceOf(details), { details })
}

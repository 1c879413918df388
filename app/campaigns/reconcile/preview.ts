import type { Deps } from '../../deps.ts'
import { requireKnown } from '../known.ts'
import { cellsOf, namedAgents, profilesOf } from '../matrix.ts'
import type { CampaignPreview, NewCampaign } from '../schema.ts'
import { requireAgents } from '../service.ts'
import { hostWarnings } from './host-warnings.ts'
import { findCandidates, memoized } from './hosts.ts'
import { formatsFor, requireProfiles } from './launch.ts'
import { hostsOf } from './rows.ts'

/** Skipped runs, agents and warnings that are listed. */
const LISTED = 100

/**
 * What a campaign would run now, without creating it.
 * @throws NotFound for an unknown agent, BadRequest for an unknown profile
 */
export async function previewCampaign(
  deps: Deps,
  { agent_id = null, config }: NewCampaign,
): Promise<CampaignPreview> {
  const formats = await formatsFor(deps, config)
  const tx = { orm: deps.db.read }
  await requireAgents(tx, [...(agent_id ? [agent_id] : []), ...namedAgents(config)])
  await requireKnown(tx, { agent_id, config })
  await requireProfiles(tx, config)
  const cells = cellsOf(config, await profilesOf(tx, config), formats)
  const hosts = await hostsOf(tx.orm, { id: '', agent_id }, config)
  const find = memoized((spec) => findCandidates(spec, hosts))
  const skipped = hosts.length === 0 ? [] : cells.filter((spec) => !find(spec).candidates[0])
  return {
    total_runs: cells.length,
    agents: hosts.slice(0, LISTED).map(({ name }) => name),
    skipped: skipped.slice(0, LISTED).map((spec) => {
      const { model, engine, benchmark } = spec
      return { model, engine, benchmark, reason: find(spec).reason ?? '' }
    }),
    warnings: (await hostWarnings(tx.orm, cells, (spec) => find(spec).candidates)).slice(0, LISTED),
  }
}

import type { Deps } from '../deps.ts'
import { NAME_MAX } from '../http/fields.ts'
import type { Keep } from '../http/idempotency.ts'
import { CampaignConfig, type CampaignCopy } from './schema.ts'
import { findCampaign, insertCampaign } from './service.ts'

/** Copies a campaign as a draft, secrets included. @throws NotFound, also for an agent that was deleted since */
export function copyCampaign(deps: Deps, id: string, { name }: CampaignCopy, keep: Keep) {
  return deps.write(async (tx) => {
    const { name: of, description, agent_id, config } = await findCampaign(tx.orm, id)
    const draft = {
      name: name ?? `Copy of ${of}`.slice(0, NAME_MAX).trimEnd(),
      ...{ description, agent_id },
      config: CampaignConfig.parse(JSON.parse(config)),
    }
    return keep(tx, { id: await insertCampaign(deps, tx, draft, config) })
  })
}

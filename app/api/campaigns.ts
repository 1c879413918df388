import { copyCampaign } from '../campaigns/copy.ts'
import { campaignFromResults, previewAgain } from '../campaigns/from-results.ts'
import { cancelCampaign, deleteCampaign } from '../campaigns/reconcile/control.ts'
import { launchCampaign, retryCampaign } from '../campaigns/reconcile/launch.ts'
import { previewCampaign } from '../campaigns/reconcile/preview.ts'
import {
  CampaignCopy,
  type CampaignDetail,
  CampaignFromResults,
  CampaignQuery,
  ConfigChange,
  isWrapped,
  NewCampaign,
} from '../campaigns/schema.ts'
import {
  campaignLog,
  changeConfig,
  createCampaign,
  getCampaign,
  listCampaigns,
} from '../campaigns/service.ts'
import type { Deps } from '../deps.ts'
import { ById } from '../http/by-id.ts'
import { router } from '../http/env.ts'
import { LogQuery, Paging } from '../http/fields.ts'
import { idempotent } from '../http/idempotency.ts'
import { rawBodyMember } from '../http/raw-body.ts'
import { validate } from '../http/validate.ts'
import type { LogPage } from '../quicktests/schema.ts'
import { audited } from './audited.ts'

export const campaignsRouter = (deps: Deps) => {
  const once = idempotent(deps)
  return router()
    .get('/', validate('query', CampaignQuery.extend(Paging.shape)), async (c) =>
      deps.answers.json(c, () => listCampaigns(deps, c.req.valid('query'))),
    )
    .post('/', validate('json', NewCampaign), async (c) => {
      const raw = (await rawBodyMember(c, 'config')) ?? '{}'
      return c.json(
        await once(c, (keep) => createCampaign(audited(deps, c), c.req.valid('json'), raw, keep)),
        201,
      )
    })
    .post('/validate', validate('json', NewCampaign), async (c) =>
      c.json(await previewCampaign(deps, c.req.valid('json')), 200),
    )
    .post('/from-results', validate('json', CampaignFromResults), async (c) =>
      c.json(await once(c, (keep) => campaignFromResults(audited(deps, c), c.req.valid('json'), keep)), 201),
    )
    .post('/from-results/preview', validate('json', CampaignFromResults), async (c) =>
      c.json(await previewAgain(deps, c.req.valid('json')), 200),
    )
    .get('/:id', ById, async (c) =>
      // Already JSON: the configuration keeps the text that was sent.
      deps.answers.text<CampaignDetail>(c, () => getCampaign(deps, c.req.valid('param').id)),
    )
    .delete('/:id', ById, async (c) => {
      await deleteCampaign(audited(deps, c), c.req.valid('param').id)
      return c.json({ deleted: true as const }, 200)
    })
    .post('/:id/copy', ById, validate('json', CampaignCopy), async (c) =>
      c.json(
        await once(c, (keep) =>
          copyCampaign(audited(deps, c), c.req.valid('param').id, c.req.valid('json'), keep),
        ),
        201,
      ),
    )
    .post('/:id/launch', ById, async (c) =>
      c.json(await launchCampaign(audited(deps, c), c.req.valid('param').id), 202),
    )
    .post('/:id/retry', ById, async (c) =>
      c.json(await retryCampaign(audited(deps, c), c.req.valid('param').id), 202),
    )
    .post('/:id/cancel', ById, async (c) =>
      c.json(await cancelCampaign(audited(deps, c), c.req.valid('param').id), 200),
    )
    .put('/:id/config', ById, validate('json', ConfigChange), async (c) => {
      const wrapped = isWrapped(await c.req.json())
      const raw = (wrapped ? await rawBodyMember(c, 'config') : await c.req.text()) ?? '{}'
      await changeConfig(audited(deps, c), c.req.valid('param').id, {
        config: c.req.valid('json').config,
        raw,
      })
      return c.json({ updated: true as const }, 200)
    })
    .get('/:id/logs', ById, validate('query', LogQuery), async (c) =>
      deps.answers.text<LogPage>(c, () => campaignLog(deps, c.req.valid('param').id, c.req.valid('query'))),
    )
}

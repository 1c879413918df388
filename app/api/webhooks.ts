import type { Deps } from '../deps.ts'
import { ById } from '../http/by-id.ts'
import { router } from '../http/env.ts'
import { Paging } from '../http/fields.ts'
import { publicUrl } from '../http/public-url.ts'
import { validate } from '../http/validate.ts'
import { listDeliveries, redeliver } from '../notifications/deliveries.ts'
import { DeliveryQuery, NewWebhook, WebhookChange } from '../notifications/schema.ts'
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
} from '../notifications/service.ts'
import { testWebhook } from '../notifications/try-webhook.ts'
import { audited } from './audited.ts'

// No Idempotency-Key: its answers are kept, and that of a creation holds the secret.
export const webhooksRouter = (deps: Deps) =>
  router()
    .get('/', validate('query', Paging), async (c) =>
      c.json(await listWebhooks(deps, c.req.valid('query')), 200),
    )
    .post('/', validate('json', NewWebhook), async (c) =>
      c.json(await createWebhook(audited(deps, c), c.req.valid('json'), publicUrl(deps, c)), 201),
    )
    .get('/:id', ById, async (c) => c.json(await getWebhook(deps, c.req.valid('param').id), 200))
    .put('/:id', ById, validate('json', WebhookChange), async (c) => {
      await changeWebhook(audited(deps, c), c.req.valid('param').id, c.req.valid('json'))
      return c.json({ updated: true as const }, 200)
    })
    .delete('/:id', ById, async (c) => {
      await deleteWebhook(audited(deps, c), c.req.valid('param').id)
      return c.json({ deleted: true as const }, 200)
    })
    .post('/:id/test', ById, async (c) =>
      c.json(await testWebhook(audited(deps, c), c.req.valid('param').id), 200),
    )
    .get('/:id/deliveries', ById, validate('query', DeliveryQuery), async (c) =>
      c.json(await listDeliveries(deps, c.req.valid('param').id, c.req.valid('query')), 200),
    )

export const deliveriesRouter = (deps: Deps) =>
  router().post('/:id/redeliver', ById, async (c) => {
    await redeliver(audited(deps, c), c.req.valid('param').id)
    return c.json({ redelivering: true as const }, 202)
  })

import type { Lab } from './_contract-lab.ts'
import { PAGING, type Rows } from './_contract-rows.ts'

/** Nothing listens there. */
const URL_OF_NOBODY = 'http://127.0.0.1:9/hooks/0123456789'

const webhookOf = (lab: Lab, more: object = {}) => ({
  name: lab.name('webhook'),
  url: URL_OF_NOBODY,
  ...more,
})

const make = async (lab: Lab) => (await lab.admin('POST', '/webhooks', webhookOf(lab))).body.id as string

/** There are at most fifty: one serves all that do not take it away. */
const kept = new WeakMap<Lab, Promise<string>>()
async function aWebhook(lab: Lab) {
  const id = kept.get(lab) ?? make(lab)
  kept.set(lab, id)
  return { params: { id: await id } }
}

export const WEBHOOKS: Rows = {
  'GET /api/v1/webhooks': PAGING,
  'POST /api/v1/webhooks': {
    status: 201,
    good: (lab) => ({ body: webhookOf(lab) }),
    bad: { body: { name: 'x' } },
    also: async (lab, expect) => {
      await expect(400, { body: webhookOf(lab, { url: 'ftp://a' }) }, /https/)
      await expect(400, { body: { name: 'x', kind: 'email', recipients: ['a@b'] } }, /KITT_SMTP_URL/)
    },
  },
  'GET /api/v1/webhooks/:id': { good: aWebhook, says: { url: 'http://127.0.0.1:9/…' } },
  'PUT /api/v1/webhooks/:id': {
    good: async (lab) => ({ ...(await aWebhook(lab)), body: { events: ['test.failed'] } }),
    says: { updated: true },
    bad: { body: { events: ['nothing'] } },
  },
  'DELETE /api/v1/webhooks/:id': {
    good: async (lab) => ({ params: { id: await make(lab) } }),
    says: { deleted: true },
  },
  'POST /api/v1/webhooks/:id/test': { good: aWebhook, says: { type: 'test', state: 'given_up' } },
  'GET /api/v1/webhooks/:id/deliveries': { good: aWebhook, ...PAGING },
  'POST /api/v1/deliveries/:id/redeliver': {
    status: 202,
    good: async (lab) => {
      const { params } = await aWebhook(lab)
      const { id } = (await lab.admin('POST', `/webhooks/${params.id}/test`)).body
      return { params: { id } }
    },
    says: { redelivering: true },
  },
}

import { deliveries } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { deliveryView, trimDeliveries } from './deliveries.ts'
import type { Notice } from './notice/notice.ts'
import type { Delivery } from './schema.ts'
import { sendOnce } from './send.ts'
import { findWebhook } from './service.ts'

/** Sends a message that says that it is a test, now and once. @throws NotFound */
export async function testWebhook(deps: Deps, id: string): Promise<Delivery> {
  const webhook = await findWebhook(deps.db.read, id)
  const at = deps.clock.now()
  const notice: Notice = {
    title: `A test of "${webhook.name}"`,
    lines: ['Messages of KITT arrive here.', `It is told of: ${webhook.events.join(', ')}.`],
    tone: 'info',
    links: [{ name: 'settings', label: 'Settings', path: '/settings' }],
    data: { webhook_id: id, events: webhook.events },
  }
  const message = { id: deps.newId(), type: 'test', at, notice: JSON.stringify(notice) }
  const { status, response, error, duration_ms } = await sendOnce(
    deps,
    webhook,
    message,
    deps.background.signal,
  )
  const state = error === undefined ? ('delivered' as const) : ('given_up' as const)
  return deps.write(async (tx) => {
    await findWebhook(tx.orm, id)
    const [row] = await tx.orm
      .insert(deliveries)
      .values({
        ...{ ...message, webhook_id: id, source_id: id, state, attempts: 1, next_at: null },
        ...{
          status,
          response,
          error: error ?? null,
          duration_ms,
          tried_at: deps.clock.now(),
          created_at: at,
        },
      })
      .returning()
    await trimDeliveries(tx, id)
    return deliveryView(row as NonNullable<typeof row>)
  })
}

import type { Client } from '../../app/client/client.ts'
import type { Webhook } from '../../app/notifications/schema.ts'
import { WHOLE_ID } from '../connection/find.ts'
import { oneMeant } from '../connection/meant.ts'
import { collect } from '../connection/paging.ts'

export const allWebhooks = async ({ api }: Client): Promise<Webhook[]> =>
  (await collect((page) => api.v1.webhooks.$get({ query: page }))).items

/** A webhook by its name, its id, or the beginning of its id. @throws CommandFailed */
export const findWebhook = async (client: Client, asked: string): Promise<Webhook> =>
  oneMeant(await allWebhooks(client), asked, { one: 'webhook', list: 'kitt webhooks list' })

/** The ids of messages, by their ids or the beginnings of these. @throws CommandFailed */
export async function findDeliveries(client: Client, asked: readonly string[]): Promise<string[]> {
  if (asked.every((one) => WHOLE_ID.test(one))) return [...asked]
  const { webhooks } = client.api.v1
  const known: { id: string; name: string }[] = []
  for (const { id } of await allWebhooks(client)) {
    const of = await collect((query) => webhooks[':id'].deliveries.$get({ param: { id }, query }))
    known.push(...of.items.map((message) => ({ id: message.id, name: message.title })))
  }
  const words = { one: 'message', list: 'kitt webhooks deliveries' }
  return asked.map((one) => (WHOLE_ID.test(one) ? one : oneMeant(known, one, words).id))
}

import type { Client } from '../../app/client/client.ts'
import type { Webhook } from '../../app/notifications/schema.ts'
import { oneMeant } from '../connection/meant.ts'
import { collect } from '../connection/paging.ts'

export const allWebhooks = async ({ api }: Client): Promise<Webhook[]> =>
  (await collect((page) => api.v1.webhooks.$get({ query: page }))).items

/** A webhook by its name, its id, or the beginning of its id. @throws CommandFailed */
export const findWebhook = async (client: Client, asked: string): Promise<Webhook> =>
  oneMeant(await allWebhooks(client), asked, { one: 'webhook', list: 'kitt webhooks list' })

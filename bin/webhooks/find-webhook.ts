import type { Client } from '../../app/client/client.ts'
import type { Webhook } from '../../app/notifications/schema.ts'
import { collect } from '../connection/paging.ts'
import { CommandFailed } from '../terminal/output.ts'

export const allWebhooks = ({ api }: Client) =>
  collect((page) => api.v1.webhooks.$get({ query: page }), Number.POSITIVE_INFINITY)

/** A webhook by its name, its id, or the beginning of its id. @throws CommandFailed */
export async function findWebhook(client: Client, asked: string): Promise<Webhook> {
  const { items } = await allWebhooks(client)
  const exact = items.find(({ id, name }) => id === asked || name === asked)
  const begun = items.filter(({ id }) => id.startsWith(asked))
  const found = exact ?? (begun.length === 1 ? begun[0] : undefined)
  if (found) return found
  throw new CommandFailed(
    begun.length > 1
      ? `Several webhooks begin with ${asked}: ${begun.map(({ id }) => id).join(', ')}.`
      : `There is no webhook "${asked}". "kitt webhooks list" shows them.`,
  )
}

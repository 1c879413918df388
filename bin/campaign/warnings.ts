import type { Client } from '../../app/client/client.ts'
import { say } from '../terminal/output.ts'

type Campaign = Parameters<Client['api']['v1']['campaigns']['validate']['$post']>[0]['json']

export function sayWarnings(warnings: readonly string[]): void {
  for (const warning of warnings) say(`Warning: ${warning}`)
}

/** Says what a campaign needs that its agents do not have, as far as they said. That stops nothing: never rejects. */
export async function warnOf({ api }: Client, campaign: Campaign): Promise<void> {
  const answer = await api.v1.campaigns.validate.$post({ json: campaign }).catch(() => undefined)
  sayWarnings((await answer?.json())?.warnings ?? [])
}

/** The same of a campaign that is stored. */
export async function warnOfStored(client: Client, id: string): Promise<void> {
  const answer = await client.api.v1.campaigns[':id'].$get({ param: { id } }).catch(() => undefined)
  const found = await answer?.json()
  if (!found) return
  const { name, agent_id, config } = found
  await warnOf(client, { name, agent_id, config: config as Campaign['config'] })
}

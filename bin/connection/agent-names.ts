import type { Client } from '../../app/client/client.ts'
import type { Column } from '../terminal/table.ts'

type OfAgent = { agent_id: string | null }

/** The name of an agent; of one that was deleted nothing is known. */
export async function agentName({ api }: Client, id: string | null): Promise<string | undefined> {
  if (id === null) return undefined
  try {
    return (await (await api.v1.agents[':id'].$get({ param: { id } })).json()).name
  } catch {
    return undefined
  }
}

/** A column with the agent of each row, if the rows are of several. */
export async function agentColumn<T extends OfAgent>(
  client: Client,
  rows: readonly T[],
): Promise<Column<T>[]> {
  const ids = new Set(rows.map(({ agent_id }) => agent_id))
  if (ids.size < 2) return []
  const named = [...ids].map(async (id) => [id, (await agentName(client, id)) ?? id ?? ''] as const)
  const names = new Map(await Promise.all(named))
  return [{ head: 'agent', of: ({ agent_id }) => names.get(agent_id) ?? '' }]
}

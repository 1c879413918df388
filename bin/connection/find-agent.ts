import type { Client } from '../../app/client/client.ts'
import { findId } from './find.ts'
import { collect } from './paging.ts'

/** Every agent of the server, by name. */
export const allAgents = async ({ api }: Client, filter: { status?: string; tag?: string } = {}) =>
  (await collect((page) => api.v1.agents.$get({ query: { ...page, ...filter } as typeof page }))).items

/** The agent with this id, beginning of an id, or name. @throws CommandFailed if there is none */
export async function findAgent(client: Client, asked: string) {
  const id = await findId(client, 'agent', asked)
  return (await client.api.v1.agents[':id'].$get({ param: { id } })).json()
}

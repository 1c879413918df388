import { ApiError, type Client } from '../../app/client/client.ts'
import { CommandFailed } from '../terminal/output.ts'
import { collect } from './paging.ts'

/** Every agent of the server, by name. */
export const allAgents = async ({ api }: Client, filter: { status?: string; tag?: string } = {}) =>
  (await collect((page) => api.v1.agents.$get({ query: { ...page, ...filter } as typeof page }))).items

/** The agent with this id or name. @throws CommandFailed if there is none */
export async function findAgent(client: Client, idOrName: string) {
  try {
    return await (await client.api.v1.agents[':id'].$get({ param: { id: idOrName } })).json()
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error
  }
  const found = (await allAgents(client)).find(({ name }) => name === idOrName)
  if (!found) throw new CommandFailed(`There is no agent "${idOrName}". "kitt agents list" shows all.`)
  return (await client.api.v1.agents[':id'].$get({ param: { id: found.id } })).json()
}

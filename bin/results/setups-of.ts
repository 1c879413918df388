import type { Client } from '../../app/client/client.ts'

/** A sweep is a part of one setup for each point: the first tell enough. */
const MOST = 3

/** The setups that a result is a part of, with their names; none while they are not found yet. */
export async function setupsOf({ api }: Client, id: string): Promise<{ id: string; label: string }[]> {
  const answer = await api.v1.results[':id'].comparable.$get({ param: { id } }).catch(() => undefined)
  const { setups } = (await answer?.json()) ?? { setups: [] }
  const shown = setups.slice(0, MOST).map(async ({ setup_id }) => {
    const { label } = await (await api.v1.setups[':id'].$get({ param: { id: setup_id } })).json()
    return { id: setup_id, label }
  })
  return Promise.all(shown)
}

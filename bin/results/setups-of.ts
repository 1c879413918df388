import type { Client } from '../../app/client/client.ts'

/** A sweep is a part of one setup for each point: the first tell enough. */
const MOST = 3

/** A setup of a result, and why its statistics leave the result out; no reasons if they do not. */
export type SetupOfResult = { id: string; label: string; leftOut: readonly string[] }

/** The setups that a result is a part of, those that leave it out first; none while they are not found yet. */
export async function setupsOf({ api }: Client, id: string): Promise<SetupOfResult[]> {
  const answer = await api.v1.results[':id'].comparable.$get({ param: { id } }).catch(() => undefined)
  const { setups } = (await answer?.json()) ?? { setups: [] }
  const first = [...setups].sort((a, b) => Number(a.valid) - Number(b.valid)).slice(0, MOST)
  const shown = first.map(async ({ setup_id, valid, reasons }) => {
    const { label } = await (await api.v1.setups[':id'].$get({ param: { id: setup_id } })).json()
    return { id: setup_id, label, leftOut: valid ? [] : reasons }
  })
  return Promise.all(shown)
}

import type { Client } from '../../app/client/client.ts'
import type { Group, Judgement } from '../../app/setups/schema.ts'
import { pause } from '../../lib/pause.ts'
import { CommandFailed } from '../terminal/output.ts'

/** The reason of a result that the server has stored and not yet read. */
const NOT_INDEXED = 'not_indexed'
/** How long to wait for that, and how often to look, ms. */
const WAIT_MS = 60_000
const LOOK_MS = 250

/** What the server says of two groups; it may need a moment for a result that was just stored. @throws CommandFailed */
export async function judged(
  { api }: Client,
  base: Group,
  candidate: Group,
  metrics: string[] | undefined,
): Promise<Judgement> {
  const json = { base: asSent(base), candidate: asSent(candidate), ...(metrics ? { metrics } : {}) }
  for (const end = Date.now() + WAIT_MS; ; await pause(LOOK_MS)) {
    const found = await (await api.v1.results.judge.$post({ json })).json()
    const late = found.left_out.filter(({ reasons }) => reasons.includes(NOT_INDEXED))
    if (late.length === 0) return found
    if (Date.now() > end)
      throw new CommandFailed(
        `The server has not read the result ${late[0]?.result_id} yet: it is busy with stored results. Try again later.`,
      )
  }
}

/** How many runs a named baseline has where the candidate has them all, so that it is held against nothing; else 0. */
export async function baselineAmong({ api }: Client, base: Group, { runs }: Judgement): Promise<number> {
  if (runs.base.length > 0 || !('baseline' in base)) return 0
  return (await (await api.v1.baselines[':name'].$get({ param: { name: base.baseline } })).json()).runs
}

/** Times are sent as text. */
const asSent = (group: Group) =>
  'segment' in group && group.segment !== undefined
    ? { ...group, segment: new Date(group.segment).toISOString() }
    : (group as Exclude<Group, { setup_id: string }> | { setup_id: string; last?: number })

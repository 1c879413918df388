import { eq, inArray } from 'drizzle-orm'
import { agents, runs, setups } from '../../db/schema.ts'
import { object } from '../../lib/loose.ts'
import type { Deps } from '../deps.ts'
import { BadRequest, NotFound } from '../errors.ts'
import { sizeOf, together } from '../http/large-answer.ts'
import { compareResults } from '../results/compare.ts'
import { compareVerdicts } from '../setups/judging/compare.ts'
import type { JudgedComparison } from '../setups/schema.ts'
import { seriesOf } from '../setups/series.ts'
import { getSetup } from '../setups/service.ts'
import { nextTurn } from '../turns.ts'
import { leaveOut } from './leave-out.ts'
import type { SharedView } from './schema.ts'

type Shown = { hosts: boolean; notes: boolean }

/** What is parsed at once. In bytes. */
const BYTES_MAX = 4 * 1024 * 1024

/** Links into the rest of the app, which a link does not open. */
const NOWHERE = { agent_id: null, quick_test_id: null, campaign_id: null }

/** What a link shows, without what it leaves out. @throws NotFound, BadRequest if it is too large */
export async function readView(deps: Deps, view: SharedView, { hosts, notes }: Shown): Promise<object> {
  if (view.kind === 'series') return sharedSeries(deps, view, { hosts, notes })
  const ids = view.kind === 'result' ? [view.id] : view.ids
  const out = { hosts: !hosts, notes: !notes, names: await namesOfRuns(deps, ids) }
  const pieces = await compareResults(deps, { ids }, (found) => compareVerdicts(deps, found))
  const size = sizeOf(pieces)
  if (size > BYTES_MAX)
    throw new BadRequest(`This is too large for a link: ${Math.ceil(size / 1024 / 1024)} of 4 MiB.`)
  const whole = JSON.parse(decoder.decode(together(pieces, size))) as JudgedComparison
  await nextTurn()
  if (whole.items.length === 0) throw new NotFound('What this link shows is not there.')
  const items = whole.items.map((item) => ({ ...(leaveOut(item, out) as object), ...NOWHERE }))
  if (view.kind === 'result') return { kind: 'result', result: items[0] }
  const comparable = leaveOut(whole.comparable, out)
  return { kind: 'comparison', comparison: { ...whole, items, comparable } }
}

const decoder = new TextDecoder()

async function sharedSeries(
  deps: Deps,
  { setup_id, metric, since }: Extract<SharedView, { kind: 'series' }>,
  { hosts, notes }: Shown,
): Promise<object> {
  const setup = await getSetup(deps, setup_id)
  const { series } = await seriesOf(deps, setup_id, {
    metric: [metric],
    ...(since === undefined ? {} : { since }),
  })
  const { label, model, engine, hardware, benchmark, load, simulated, environments } = setup
  // The label names an engine on another machine by its address.
  const { address } = object(setup.key['hardware'])
  const names = [...(await namesOfSetup(deps, setup_id)), ...(typeof address === 'string' ? [address] : [])]
  const out = { hosts: !hosts, notes: !notes, names }
  const shown = { label, model, engine, hardware, benchmark, load, simulated, environments }
  return leaveOut({ kind: 'series', setup: shown, series: series[0] }, out) as object
}

const nameFields = { name: agents.name, hostname: agents.hostname }
const flat = (rows: { name: string; hostname: string }[]) =>
  rows.flatMap(({ name, hostname }) => [name, hostname]).filter((name) => name !== '')

/** The names of the agents of results, and of their hosts. */
async function namesOfRuns({ db }: Pick<Deps, 'db'>, ids: string[]): Promise<string[]> {
  return flat(
    await db.read
      .select(nameFields)
      .from(runs)
      .innerJoin(agents, eq(agents.id, runs.agent_id))
      .where(inArray(runs.id, ids)),
  )
}

async function namesOfSetup({ db }: Pick<Deps, 'db'>, id: string): Promise<string[]> {
  return flat(
    await db.read
      .select(nameFields)
      .from(setups)
      .innerJoin(agents, eq(agents.id, setups.agent_id))
      .where(eq(setups.id, id)),
  )
}

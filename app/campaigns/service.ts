import { count, desc, eq, getTableColumns, inArray } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { agents, campaigns } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import { rawObject } from '../../lib/raw-members.ts'
import type { Deps } from '../deps.ts'
import { NotFound, WrongState } from '../errors.ts'
import { readLog } from '../events/log.ts'
import type { LogQuery, Paging } from '../http/fields.ts'
import type { Keep } from '../http/idempotency.ts'
import { pageOf } from '../http/page.ts'
import { masked, restored } from '../secrets/vault.ts'
import { countersFrom, countersOf } from './counters.ts'
import { campaignCreated } from './events.ts'
import { writeCells } from './matrix.ts'
import type { CampaignConfig, CampaignQuery, NewCampaign } from './schema.ts'
import type { CampaignRow } from './states.ts'
import { campaignView, cellsWithTests, runView } from './view.ts'

const UNKNOWN = 'There is no such campaign.'

/** A configuration, and its text as it came: that is what is kept. */
export type GivenConfig = { config: CampaignConfig; raw: string }

/** Makes a campaign, a draft. @throws NotFound where an agent it names is unknown */
export async function createCampaign(deps: Deps, input: NewCampaign, text: string, keep: Keep) {
  const { name, description, agent_id, config } = input
  const raw = restored(await sealedText(deps, text), undefined, 'config')
  return deps.write(async (tx) => {
    await requireAgents(tx, [...(agent_id ? [agent_id] : []), ...config.agents])
    const id = deps.newId()
    const at = deps.clock.now()
    const row = { id, name, description, agent_id: agent_id ?? null, config: raw, status: 'draft' as const }
    await tx.orm.insert(campaigns).values({ ...row, created_at: at })
    await writeCells(tx, id, config)
    tx.emit(campaignCreated.row({ name }, { source_id: id, at }))
    return keep(tx, { id })
  })
}

/** A configuration's text with its secrets encrypted; one without any stays as it came, to the letter. */
async function sealedText({ vault }: Deps, raw: string): Promise<string> {
  const value: unknown = JSON.parse(raw)
  const sealed = await vault.seal(value)
  return sealed === value ? raw : JSON.stringify(sealed)
}

async function requireAgents(tx: WriteTx, ids: string[]) {
  if (ids.length === 0) return
  const rows = await tx.orm.select({ id: agents.id }).from(agents).where(inArray(agents.id, ids))
  const known = new Set(rows.map(({ id }) => id))
  const unknown = ids.find((id) => !known.has(id))
  if (unknown !== undefined) throw new NotFound(`There is no agent "${unknown.slice(0, 128)}".`)
}

/** Campaigns without their configuration, newest first. */
export async function listCampaigns({ db }: Deps, query: CampaignQuery & Paging) {
  const where = query.status && eq(campaigns.status, query.status)
  const { config, ...columns } = getTableColumns(campaigns)
  const [total] = await db.read.select({ n: count() }).from(campaigns).where(where)
  return pageOf(query, total?.n ?? 0, async (limit, offset) => {
    const rows = await db.read
      .select(columns)
      .from(campaigns)
      .where(where)
      .orderBy(desc(campaigns.created_at), desc(campaigns.id))
      .limit(limit)
      .offset(offset)
    const counters = await countersOf(
      db.read,
      rows.map(({ id }) => id),
    )
    return rows.map((row) => campaignView(row, counters(row.id)))
  })
}

/** One campaign with its runs, as JSON text: the configuration in it is what was sent. @throws NotFound */
export async function getCampaign({ db }: Deps, id: string): Promise<string> {
  // One read transaction: the state and the counts are of the same moment.
  const [[row], cells] = await db.read.batch([
    db.read.select().from(campaigns).where(eq(campaigns.id, id)),
    cellsWithTests(db.read, id),
  ])
  if (!row) throw new NotFound(UNKNOWN)
  const { config, ...shown } = row
  const counters = countersFrom(cells.map(({ cell }) => ({ status: cell.status, n: 1 })))
  const fields = { ...campaignView(shown, counters), runs: cells.map(runView) }
  const members = Object.entries(fields).map(([key, value]) => ({
    text: `"${key}":${JSON.stringify(value)}`,
  }))
  return rawObject([...members, { text: `"config":${masked(config)}` }])
}

/** @throws NotFound */
export async function findCampaign(orm: Orm, id: string): Promise<CampaignRow> {
  const [row] = await orm.select().from(campaigns).where(eq(campaigns.id, id))
  if (!row) throw new NotFound(UNKNOWN)
  return row
}

/** Gives a draft another configuration. @throws NotFound, WrongState */
export async function changeConfig(deps: Deps, id: string, { config, raw }: GivenConfig): Promise<void> {
  const sealed = await sealedText(deps, raw)
  return deps.write(async (tx) => {
    const { status, config: before } = await findCampaign(tx.orm, id)
    if (status !== 'draft') throw new WrongState(`The campaign is ${status}; only a draft can be changed.`)
    await requireAgents(tx, config.agents)
    await tx.orm
      .update(campaigns)
      .set({ config: restored(sealed, before, 'config') })
      .where(eq(campaigns.id, id))
    await writeCells(tx, id, config)
  })
}

/** The stored log of a campaign. @throws NotFound */
export async function campaignLog(deps: Deps, id: string, query: LogQuery) {
  await findCampaign(deps.db.read, id)
  return readLog(deps, id, query)
}

import { and, count, desc, eq, getTableColumns, inArray } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, reading } from '../../db/read.ts'
import {
  agents,
  campaignCells,
  campaigns,
  metrics,
  quickTests,
  runs,
  scheduleRuns,
  schedules,
  setupRuns,
} from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { rawObject } from '../../lib/raw-members.ts'
import { ACTIVE_CAMPAIGN, isOneOf } from '../../lib/states.ts'
import type { Deps } from '../deps.ts'
import { NotFound, WrongState } from '../errors.ts'
import { readLog } from '../events/log.ts'
import type { LogQuery, Paging } from '../http/fields.ts'
import type { Keep } from '../http/idempotency.ts'
import { type PageRows, pageOf } from '../http/page.ts'
import { masked, restoredText } from '../secrets/vault.ts'
import { byOwner, IS_CELL_METRIC, metricOfCell } from './cell-metric.ts'
import { cellCounts, countersFrom } from './counters.ts'
import { campaignCreated } from './events.ts'
import { foreseeCampaigns } from './forecast-read.ts'
import { requireKnown } from './known.ts'
import { namedAgents, writeCells } from './matrix.ts'
import { CampaignConfig, type CampaignQuery, type NewCampaign } from './schema.ts'
import type { CampaignRow } from './states.ts'
import { campaignView, cellsWithTests, runView } from './view.ts'

const UNKNOWN = 'There is no such campaign.'

/** A configuration, and the text that was sent, which is stored. */
export type GivenConfig = { config: CampaignConfig; raw: string }

/** Creates a campaign as a draft. @throws NotFound for an unknown agent, BadRequest for an unknown key or name */
export async function createCampaign(deps: Deps, input: NewCampaign, text: string, keep: Keep) {
  const raw = restoredText(await sealedText(deps, text), undefined, 'config')
  return deps.write(async (tx) => {
    await requireKnown(tx, input)
    return keep(tx, { id: await insertCampaign(deps, tx, input, raw) })
  })
}

/** Writes a draft. @param raw its configuration's text, sealed @returns its id @throws NotFound for an unknown agent */
export async function insertCampaign(
  deps: Deps,
  tx: WriteTx,
  { name, description, agent_id, config }: NewCampaign,
  raw: string,
): Promise<string> {
  await requireAgents(tx, [...(agent_id ? [agent_id] : []), ...namedAgents(config)])
  const id = deps.newId()
  const at = deps.clock.now()
  const row = { id, name, description, agent_id: agent_id ?? null, config: raw, status: 'draft' as const }
  await tx.orm.insert(campaigns).values({ ...row, created_at: at })
  await writeCells(tx, id, config)
  tx.emit(campaignCreated.row({ name }, { source_id: id, at }))
  return id
}

/** A configuration's text with its secrets encrypted; unchanged if it has none. */
export async function sealedText({ vault }: Deps, raw: string): Promise<string> {
  const value: unknown = JSON.parse(raw)
  const sealed = await vault.seal(value)
  return sealed === value ? raw : JSON.stringify(sealed)
}

/** @throws NotFound for an unknown agent */
export async function requireAgents(tx: Pick<WriteTx, 'orm'>, ids: string[]) {
  if (ids.length === 0) return
  const rows = await tx.orm.select({ id: agents.id }).from(agents).where(inArray(agents.id, ids))
  const known = new Set(rows.map(({ id }) => id))
  const unknown = ids.find((id) => !known.has(id))
  if (unknown !== undefined) throw new NotFound(`There is no agent "${unknown.slice(0, 128)}".`)
}

/** Campaigns without their configuration, newest first. */
export async function listCampaigns({ db, clock }: Deps, query: CampaignQuery & Paging) {
  return pageOf(query, async (page) => {
    const { total, rows, cells } = await campaignPage(db.read, { status: query.status, ...page })
    const counters = (id: string) => countersFrom(cells.filter((cell) => cell.id === id))
    const active = rows.filter(({ status }) => isOneOf(ACTIVE_CAMPAIGN, status)).map(({ id }) => id)
    const foreseen = await foreseeCampaigns(db.read, active, clock.now())
    const items = rows.map((row) => campaignView(row, counters(row.id), foreseen.get(row.id)))
    return { total: total[0]?.n ?? 0, items }
  })
}

const { config, ...LISTED } = getTableColumns(campaigns)

const campaignPage = reading((orm, given: Given<CampaignQuery & PageRows>, has) => {
  const where = has('status') ? eq(campaigns.status, given('status')) : undefined
  const order = [desc(campaigns.created_at), desc(campaigns.id)]
  const paged = { limit: given('limit'), offset: given('offset') }
  const ids = orm
    .select({ id: campaigns.id })
    .from(campaigns)
    .where(where)
    .orderBy(...order)
  return {
    total: orm.select({ n: count() }).from(campaigns).where(where),
    rows: orm
      .select(LISTED)
      .from(campaigns)
      .where(where)
      .orderBy(...order)
      .limit(paged.limit)
      .offset(paged.offset),
    cells: cellCounts(orm, inArray(campaignCells.campaign_id, ids.limit(paged.limit).offset(paged.offset))),
  }
})

/** One campaign with its runs, as JSON with the configuration's own text. @throws NotFound */
export async function getCampaign({ db, clock }: Deps, id: string): Promise<string> {
  const { found, cells, measured, judged, schedule } = await campaignWithCells(db.read, { id })
  const [row] = found
  if (!row) throw new NotFound(UNKNOWN)
  const { config, ...shown } = row
  const counters = countersFrom(cells.map(({ cell }) => ({ status: cell.status, n: 1 })))
  const active = isOneOf(ACTIVE_CAMPAIGN, row.status) ? [id] : []
  const forecast = (await foreseeCampaigns(db.read, active, clock.now())).get(id)
  const singles = singlesOf(config)
  const values = byOwner(measured, ({ idx }) => idx)
  const parts = byOwner(judged, ({ idx }) => idx)
  const runs = cells.map((one) => {
    const { idx, spec } = one.cell
    return runView(one, {
      forecast: forecast?.cells.get(idx),
      metric: metricOfCell(spec.benchmark, values.get(idx) ?? []),
      left_out: leftOut(parts.get(idx)),
      options: spec.single === undefined ? null : (singles[spec.single]?.options ?? null),
    })
  })
  const fields = { ...campaignView(shown, counters, forecast), schedule: schedule[0] ?? null, runs }
  const members = Object.entries(fields).map(([key, value]) => ({
    text: `"${key}":${JSON.stringify(value)}`,
  }))
  return rawObject([...members, { text: `"config":${masked(config)}` }])
}

/** The reasons for which statistics leave a result out, over its parts in setups; null while it is in none. */
const leftOut = (parts: { valid: boolean; reasons: string[] }[] | undefined): string[] | null =>
  parts ? [...new Set(parts.flatMap(({ valid, reasons }) => (valid ? [] : reasons)))] : null

/** The runs by themselves of a stored configuration, secrets masked. */
function singlesOf(config: string): CampaignConfig['runs'] {
  if (!config.includes('"runs"')) return []
  return CampaignConfig.safeParse(JSON.parse(masked(config))).data?.runs ?? []
}

const campaignWithCells = reading((orm, given: Given<{ id: string }>) => ({
  found: orm
    .select()
    .from(campaigns)
    .where(eq(campaigns.id, given('id'))),
  cells: cellsWithTests(orm, given('id')),
  measured: orm
    .select({
      idx: campaignCells.idx,
      benchmark: metrics.benchmark,
      name: metrics.name,
      value: metrics.value,
      headline: metrics.headline,
    })
    .from(campaignCells)
    .innerJoin(quickTests, eq(quickTests.id, campaignCells.test_id))
    .innerJoin(runs, eq(runs.id, quickTests.result_id))
    .innerJoin(metrics, eq(metrics.run_seq, runs.seq))
    .where(and(eq(campaignCells.campaign_id, given('id')), IS_CELL_METRIC)),
  judged: orm
    .select({ idx: campaignCells.idx, valid: setupRuns.valid, reasons: setupRuns.reasons })
    .from(campaignCells)
    .innerJoin(quickTests, eq(quickTests.id, campaignCells.test_id))
    .innerJoin(runs, eq(runs.id, quickTests.result_id))
    .innerJoin(setupRuns, eq(setupRuns.run_seq, runs.seq))
    .where(eq(campaignCells.campaign_id, given('id'))),
  schedule: orm
    .select({ id: schedules.id, name: schedules.name })
    .from(scheduleRuns)
    .innerJoin(schedules, eq(schedules.id, scheduleRuns.schedule_id))
    .where(eq(scheduleRuns.campaign_id, given('id')))
    .limit(1),
}))

/** @throws NotFound */
export async function findCampaign(orm: Orm, id: string): Promise<CampaignRow> {
  const { rows } = await campaignById(orm, { id })
  if (!rows[0]) throw new NotFound(UNKNOWN)
  return rows[0]
}

const campaignById = reading((orm, given: Given<{ id: string }>) => ({
  rows: orm
    .select()
    .from(campaigns)
    .where(eq(campaigns.id, given('id'))),
}))

/** Changes the configuration of a draft. @throws NotFound, WrongState, BadRequest for an unknown key or name */
export async function changeConfig(deps: Deps, id: string, { config, raw }: GivenConfig): Promise<void> {
  const sealed = await sealedText(deps, raw)
  return deps.write(async (tx) => {
    const { status, agent_id, config: before } = await findCampaign(tx.orm, id)
    if (status !== 'draft') throw new WrongState(`The campaign is ${status}; only a draft can be changed.`)
    await requireAgents(tx, namedAgents(config))
    await requireKnown(tx, { agent_id, config }, before)
    await tx.orm
      .update(campaigns)
      .set({ config: restoredText(sealed, before, 'config') })
      .where(eq(campaigns.id, id))
    await writeCells(tx, id, config)
  })
}

/** The stored log of a campaign. @throws NotFound */
export async function campaignLog(deps: Deps, id: string, query: LogQuery) {
  const { rows } = await isCampaign(deps.db.read, { id })
  if (rows.length === 0) throw new NotFound(UNKNOWN)
  return readLog(deps, id, query)
}

const isCampaign = reading((orm, given: Given<{ id: string }>) => ({
  rows: orm
    .select({ id: campaigns.id })
    .from(campaigns)
    .where(eq(campaigns.id, given('id'))),
}))

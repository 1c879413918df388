import { and, asc, count, eq, inArray, isNull, ne, or, sql } from 'drizzle-orm'
import type { Orm } from '../../../db/database.ts'
import { agents, campaignCells, campaigns, metrics, quickTests, runs } from '../../../db/schema.ts'
import { metricWords } from '../../../lib/main-metric.ts'
import { ACTIVE_CAMPAIGN, isOneOf, OPEN_CELL, OPEN_TEST } from '../../../lib/states.ts'
import { byOwner, IS_CELL_METRIC, metricOfCell } from '../cell-metric.ts'
import { countersOf } from '../counters.ts'
import { rankOf } from '../rank.ts'
import { CampaignConfig } from '../schema.ts'
import type { CampaignRows, Host, OpenCell } from './work.ts'

export type CampaignWork = CampaignRows & { id: string; config: CampaignConfig }

/** The input of a campaign's plan; undefined if it is not active. */
export async function campaignRows(orm: Orm, id: string): Promise<CampaignWork | undefined> {
  const [row] = await orm.select().from(campaigns).where(eq(campaigns.id, id))
  if (!row || !isOneOf(ACTIVE_CAMPAIGN, row.status)) return undefined
  const config = CampaignConfig.parse(JSON.parse(row.config))
  return {
    id,
    config,
    status: row.status as CampaignRows['status'],
    waiting_for: row.waiting_for,
    retries: config.retries,
    counters: await countersOf(orm, id),
    cells: await openCells(orm, id),
    hosts: await hostsOf(orm, row, config),
  }
}

/** The cells of a campaign that have not ended, in order. */
export async function openCells(orm: Orm, id: string): Promise<OpenCell[]> {
  const open = inArray(campaignCells.status, OPEN_CELL)
  const rows = await orm
    .select({ cell: campaignCells, test: quickTests })
    .from(campaignCells)
    .leftJoin(quickTests, eq(quickTests.id, campaignCells.test_id))
    .where(and(eq(campaignCells.campaign_id, id), open))
    .orderBy(asc(campaignCells.idx))
  const measured = rows.flatMap(({ cell, test }) =>
    test?.result_id ? [[test.result_id, cell.spec.benchmark] as const] : [],
  )
  const headline = await headlines(orm, new Map(measured))
  return rows.map(({ cell, test }) => ({
    idx: cell.idx,
    spec: cell.spec,
    status: cell.status as OpenCell['status'],
    tries: cell.tries,
    attempt: cell.attempt,
    test: test && { ...test, headline: headline.get(test.result_id ?? '') ?? null },
  }))
}

/** The main metric of each result by its cell's benchmark, by result id: `91.5 tok/s`. */
async function headlines(orm: Orm, benchmarks: Map<string, string>): Promise<Map<string, string>> {
  if (benchmarks.size === 0) return new Map()
  const rows = await orm
    .select({
      run_id: runs.id,
      benchmark: metrics.benchmark,
      name: metrics.name,
      value: metrics.value,
      headline: metrics.headline,
    })
    .from(metrics)
    .innerJoin(runs, eq(runs.seq, metrics.run_seq))
    .where(and(inArray(runs.id, [...benchmarks.keys()]), IS_CELL_METRIC))
  const found = new Map<string, string>()
  for (const [id, own] of byOwner(rows, ({ run_id }) => run_id)) {
    const metric = metricOfCell(benchmarks.get(id) ?? '', own)
    if (metric) found.set(id, metricWords(metric))
  }
  return found
}

/** The agents of a campaign, sorted by name: those of its configuration, otherwise its `agent_id`. */
export async function hostsOf(
  orm: Orm,
  campaign: { id: string; agent_id: string | null },
  config: CampaignConfig,
): Promise<Host[]> {
  const named = config.agents.length + config.agent_tags.length > 0
  const ids = named ? config.agents : campaign.agent_id ? [campaign.agent_id] : []
  const single = config.runs.flatMap(({ agent_id }) => agent_id ?? [])
  const tagged = sql`exists (select 1 from json_each(${agents.tags}) where ${inArray(sql`value`, config.agent_tags)})`
  const wanted = or(
    inArray(agents.id, [...ids, ...single]),
    config.agent_tags.length > 0 ? tagged : undefined,
  )
  const rows = await orm.select().from(agents).where(wanted).orderBy(asc(agents.name))
  if (rows.length === 0) return []
  const rank = await rankOf(orm, campaign.id)
  const others = or(isNull(quickTests.campaign_id), ne(quickTests.campaign_id, campaign.id))
  const waiting = inArray(quickTests.status, OPEN_TEST)
  const loads = await orm
    .select({ id: quickTests.agent_id, n: count(), first: sql<number>`sum(${quickTests.rank} <= ${rank})` })
    .from(quickTests)
    .where(
      and(
        inArray(
          quickTests.agent_id,
          rows.map(({ id }) => id),
        ),
        waiting,
        others,
      ),
    )
    .groupBy(quickTests.agent_id)
  const load = new Map(loads.map((one) => [one.id, one]))
  const shared = new Set(ids)
  return rows.map((row) => ({
    ...row,
    load: load.get(row.id)?.first ?? 0,
    busy: load.get(row.id)?.n ?? 0,
    shared: shared.has(row.id) || row.tags.some((tag) => config.agent_tags.includes(tag)),
  }))
}

import type { AnyColumn } from 'drizzle-orm'
import { eq, type SQL, sql } from 'drizzle-orm'
import type { Orm } from '../../../db/database.ts'
import { type Given, reading } from '../../../db/read.ts'
import {
  agents,
  alerts,
  campaignCells,
  campaigns,
  quickTests,
  runs,
  schedules,
  setups,
} from '../../../db/schema.ts'
import { cellCounts } from '../../campaigns/counters.ts'

/** Ids of what some events are about. */
export type Wanted = Record<'alerts' | 'campaigns' | 'tests' | 'schedules' | 'results' | 'agents', string[]>

/** The most failed runs that are read of some campaigns: a message names the first few. */
const CELLS_MAX = 200

const among = (column: AnyColumn, ids: SQL) => sql`${column} in (select value from json_each(${ids}))`

const factRows = reading((orm, given: Given<Record<keyof Wanted, string>>) => ({
  alerts: orm
    .select({
      ...{ id: alerts.id, setup_id: alerts.setup_id, agent_id: alerts.agent_id },
      ...{ metrics: alerts.metrics, differs: alerts.differs, began: alerts.began },
      ...{ model: setups.model, engine: setups.engine },
    })
    .from(alerts)
    .leftJoin(setups, eq(setups.id, alerts.setup_id))
    .where(among(alerts.id, given('alerts'))),
  campaigns: orm
    .select({
      ...{ id: campaigns.id, name: campaigns.name, agent_id: campaigns.agent_id, config: campaigns.config },
      ...{ started_at: campaigns.started_at, completed_at: campaigns.completed_at },
    })
    .from(campaigns)
    .where(among(campaigns.id, given('campaigns'))),
  counts: cellCounts(orm, among(campaignCells.campaign_id, given('campaigns'))),
  failed: orm
    .select({
      ...{ campaign_id: campaignCells.campaign_id, idx: campaignCells.idx },
      ...{ spec: campaignCells.spec, reason: campaignCells.reason },
    })
    .from(campaignCells)
    .where(
      sql`${among(campaignCells.campaign_id, given('campaigns'))} and ${campaignCells.status} = 'failed'`,
    )
    .orderBy(campaignCells.campaign_id, campaignCells.idx)
    .limit(CELLS_MAX),
  tests: orm
    .select({
      ...{ id: quickTests.id, agent_id: quickTests.agent_id, agent_name: quickTests.agent_name },
      ...{ model: quickTests.model_path, engine: quickTests.engine_name },
      ...{ benchmark: quickTests.benchmark_name, suite: quickTests.suite_name },
    })
    .from(quickTests)
    .where(among(quickTests.id, given('tests'))),
  schedules: orm
    .select({ id: schedules.id, campaign: schedules.campaign, timezone: schedules.timezone })
    .from(schedules)
    .where(among(schedules.id, given('schedules'))),
  results: orm
    .select({
      ...{ id: runs.id, model: runs.model, engine: runs.engine, suite: runs.suite_name },
      ...{ agent_id: runs.agent_id, passed: runs.passed, gpu_model: runs.gpu_model },
    })
    .from(runs)
    .where(among(runs.id, given('results'))),
  agents: orm
    .select({ id: agents.id, name: agents.name, tags: agents.tags, last_seen_at: agents.last_seen_at })
    .from(agents)
    .where(among(agents.id, given('agents'))),
}))

type Rows = Awaited<ReturnType<typeof factRows>>
type Table = 'alerts' | 'campaigns' | 'tests' | 'schedules' | 'results' | 'agents'

/** What is known of the things that some events are about, by id. */
export type Facts = { [K in Table]: Map<string, RowOf<K>> } & Pick<Rows, 'counts' | 'failed'>
type RowOf<K extends Table> = Rows[K] extends (infer T)[] ? T : never

/** Reads what is known of some things, in two statements however many they are. */
export async function readFacts(read: Orm, wanted: Wanted): Promise<Facts> {
  const first = await factRows(read, asJson(wanted))
  const named = [
    ...[...first.alerts, ...first.tests, ...first.results].map(({ agent_id }) => agent_id),
    ...first.campaigns.flatMap(({ agent_id, config }) => [agent_id, ...agentsOf(JSON.parse(config))]),
    ...first.schedules.flatMap(({ campaign }) => {
      const { agent_id, config } = JSON.parse(campaign) as { agent_id?: string | null; config?: unknown }
      return [agent_id, ...agentsOf(config)]
    }),
  ].filter((id): id is string => typeof id === 'string')
  const more = named.length > 0 ? await factRows(read, asJson({ ...NOTHING, agents: named })) : undefined
  return {
    alerts: byId(first.alerts),
    campaigns: byId(first.campaigns),
    tests: byId(first.tests),
    schedules: byId(first.schedules),
    results: byId(first.results),
    agents: byId([...first.agents, ...(more?.agents ?? [])]),
    counts: first.counts,
    failed: first.failed,
  }
}

const NOTHING: Wanted = { alerts: [], campaigns: [], tests: [], schedules: [], results: [], agents: [] }

const asJson = (wanted: Wanted) =>
  Object.fromEntries(
    Object.entries(wanted).map(([name, ids]) => [name, JSON.stringify([...new Set(ids)])]),
  ) as Record<keyof Wanted, string>

const byId = <T extends { id: string }>(rows: T[]) => new Map(rows.map((row) => [row.id, row]))

/** The agents, models and tags of a campaign's configuration, those of its single runs too. */
export function partsOf(config: unknown): { agents: string[]; models: string[]; tags: string[] } {
  const { agents, models, agent_tags, runs } = (config ?? {}) as Record<string, unknown>
  return {
    agents: [...texts(agents), ...membersOf(runs, 'agent_id')],
    models: [...membersOf(models, 'name'), ...membersOf(runs, 'model')],
    tags: texts(agent_tags),
  }
}

/** The texts under a name in each object of a list. */
const membersOf = (list: unknown, name: string): string[] =>
  Array.isArray(list) ? texts(list.map((one) => (one as Record<string, unknown> | null)?.[name])) : []

const agentsOf = (config: unknown) => partsOf(config).agents

const texts = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : []

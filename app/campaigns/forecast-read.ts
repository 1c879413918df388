import { sql } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, reading } from '../../db/read.ts'
import { literals } from '../../db/schema/columns.ts'
import { agents, campaignCells, campaigns } from '../../db/schema.ts'
import { CONNECTED, isOneOf, OPEN_CELL } from '../../lib/states.ts'
import { queuesOf } from '../quicktests/queues.ts'
import type { Measured } from '../quicktests/usual.ts'
import { type CampaignForecast, type CellAhead, forecastCampaign } from './forecast.ts'
import { type CellSpec, optionsOfCell } from './matrix.ts'
import { CampaignConfig } from './schema.ts'

/** Active campaigns beyond it are not foreseen in a list. */
const MOST = 50

/** Foresees active campaigns, by id; those that cannot be read are left out. */
export async function foreseeCampaigns(
  orm: Orm,
  campaignIds: readonly string[],
  now: number,
): Promise<Map<string, CampaignForecast>> {
  const ids = campaignIds.slice(0, MOST)
  if (ids.length === 0) return new Map()
  const { found, cells } = await activeCampaigns(orm, { ids: JSON.stringify(ids) })
  const known = found.flatMap((row) => {
    const config = CampaignConfig.safeParse(JSON.parse(row.config)).data
    return config ? [{ ...row, config, ...choiceOf(row.agent_id, config) }] : []
  })
  const { hosts } = await machines(orm, {
    ids: JSON.stringify(known.flatMap((one) => [...one.shared, ...one.single])),
    tags: JSON.stringify(known.flatMap(({ tags }) => tags)),
  })
  const configs = new Map(known.map(({ id, config }) => [id, config]))
  const measured = cells.flatMap(({ campaign_id, spec }) => {
    const config = configs.get(campaign_id)
    return config ? [measuredBy(config, spec)] : []
  })
  const queues = await queuesOf(
    orm,
    hosts.map(({ id }) => id),
    now,
    measured,
  )
  return new Map(
    known.map(({ id, config, shared, single, tags }) => {
      const own = cells.filter(({ campaign_id }) => campaign_id === id)
      const ahead = own.map(({ idx, spec, test_id }): CellAhead => {
        return { idx, spec, test: test_id === null ? null : queues.of({ id: test_id }) }
      })
      const among = hosts.map((host) => ({
        ...host,
        takes: isOneOf(CONNECTED, host.status) && host.schedulable,
        shared: shared.includes(host.id) || host.tags.some((tag) => tags.includes(tag)),
        free_at: queues.freeAt(host.id),
      }))
      const specs = new Map(own.map(({ idx, spec }) => [idx, measuredBy(config, spec)]))
      const usual = (idx: number, agent_id: string) => queues.usual(specs.get(idx) as Measured, agent_id)
      const mine = among.filter((host) => host.shared || single.includes(host.id))
      return [id, forecastCampaign(ahead, mine, usual)] as const
    }),
  )
}

/** The agents that a campaign may use: by id for any run, by id for runs that name them, and by tag. */
function choiceOf(agent_id: string | null, { agents: named, agent_tags: tags, runs }: CampaignConfig) {
  const isNamed = named.length + tags.length > 0
  return {
    shared: isNamed ? named : agent_id ? [agent_id] : [],
    single: runs.flatMap((run) => run.agent_id ?? []),
    tags,
  }
}

function measuredBy(config: CampaignConfig, spec: CellSpec): Measured {
  const options = optionsOfCell(config, spec)
  return {
    model_path: spec.model_path,
    engine_name: spec.engine,
    benchmark_name: spec.benchmark,
    suite_name: spec.suite_name,
    options: options ? JSON.stringify(options) : null,
  }
}

const activeCampaigns = reading((orm, given: Given<{ ids: string }>) => {
  const those = sql`(select value from json_each(${given('ids')}))`
  return {
    found: orm
      .select({ id: campaigns.id, agent_id: campaigns.agent_id, config: campaigns.config })
      .from(campaigns)
      .where(sql`${campaigns.id} in ${those}`),
    cells: orm
      .select({
        campaign_id: campaignCells.campaign_id,
        idx: campaignCells.idx,
        spec: campaignCells.spec,
        test_id: campaignCells.test_id,
      })
      .from(campaignCells)
      .where(
        sql`${campaignCells.campaign_id} in ${those} and ${campaignCells.status} in ${sql.raw(literals(OPEN_CELL))}`,
      )
      .orderBy(campaignCells.campaign_id, campaignCells.idx),
  }
})

const machines = reading((orm, given: Given<{ ids: string; tags: string }>) => ({
  hosts: orm
    .select({
      id: agents.id,
      status: agents.status,
      schedulable: agents.schedulable,
      tags: agents.tags,
      cpu_arch: agents.cpu_arch,
      environment_type: agents.environment_type,
    })
    .from(agents)
    .where(
      sql`${agents.id} in (select value from json_each(${given('ids')})) or exists (select 1 from json_each(${agents.tags}) as tag
        where tag.value in (select value from json_each(${given('tags')})))`,
    )
    .orderBy(agents.name),
}))

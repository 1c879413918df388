import { and, eq, inArray } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { agents, campaignCells, engineProfiles, quickTests, runs } from '../../db/schema.ts'
import { plural } from '../../lib/format-number.ts'
import type { Deps } from '../deps.ts'
import { EngineName } from '../engines/registry.ts'
import { BadRequest } from '../errors.ts'
import type { Keep } from '../http/idempotency.ts'
import type { AgainPreview, CampaignFromResults } from './schema.ts'
import { insertCampaign } from './service.ts'

type LeftOut = { result_id: string; reason: string }

/**
 * Creates a draft that measures again what results measured: model, engine, benchmark, options and agent of each.
 * Results of the same measurement become one run.
 * @throws BadRequest if none of them can be measured again, with the reasons
 */
export function campaignFromResults(deps: Deps, { ids, name }: CampaignFromResults, keep: Keep) {
  return deps.write(async (tx) => {
    const asked = [...new Set(ids)]
    const { runs: again, left_out } = await planOf(tx.orm, asked)
    const config = { models: [], engines: [], runs: again.map(({ run }) => run) }
    const title = name ?? `Again: ${plural(asked.length, 'result')}`
    const draft = { name: title, description: '', config: { ...DEFAULTS, ...config } }
    const id = await insertCampaign(deps, tx, draft, JSON.stringify(config))
    return keep(tx, { id, runs: again.length, left_out })
  })
}

/** How many tests such a campaign would have, on which agents. @throws BadRequest as `campaignFromResults` */
export async function previewAgain({ db }: Deps, { ids }: CampaignFromResults): Promise<AgainPreview> {
  const { runs: again, left_out } = await planOf(db.read, [...new Set(ids)])
  const agents = new Map<string, { name: string; runs: number }>()
  for (const { run, agent } of again) {
    const found = agents.get(run.agent_id)
    agents.set(run.agent_id, { name: agent, runs: (found?.runs ?? 0) + 1 })
  }
  return { runs: again.length, agents: [...agents.values()], left_out }
}

/** The runs that measure the same again, each once, and the results that have none. */
async function planOf(orm: Orm, asked: string[]) {
  const sources = await sourcesOf(orm, asked)
  const found = asked.map((id) => runOf(id, sources))
  const left_out = found.flatMap((one) => ('reason' in one ? [one] : []))
  const again = new Map(found.flatMap((one) => ('run' in one ? [[JSON.stringify(one.run), one]] : [])))
  if (again.size === 0)
    throw new BadRequest(`ids: none of these results can be measured again. ${left_out[0]?.reason ?? ''}`, {
      details: left_out.slice(0, 50).map(({ result_id, reason }) => ({ path: result_id, message: reason })),
    })
  return { runs: [...again.values()], left_out }
}

const DEFAULTS = { benchmarks: ['throughput'], suite_name: 'quick', agents: [], agent_tags: [], retries: 0 }

type Source = Awaited<ReturnType<typeof rowsOf>>[number]
type Sources = Map<string, Source>

const sourcesOf = async (orm: Orm, ids: string[]): Promise<Sources> =>
  new Map((await rowsOf(orm, ids)).map((row) => [row.id, row]))

const rowsOf = (orm: Orm, ids: string[]) =>
  orm
    .select({
      id: runs.id,
      test: quickTests,
      spec: campaignCells.spec,
      agent: agents.id,
      agent_name: agents.name,
      profile: engineProfiles.id,
    })
    .from(runs)
    .leftJoin(quickTests, eq(quickTests.id, runs.quick_test_id))
    .leftJoin(
      campaignCells,
      and(eq(campaignCells.campaign_id, quickTests.campaign_id), eq(campaignCells.idx, quickTests.cell_idx)),
    )
    .leftJoin(agents, eq(agents.id, quickTests.agent_id))
    .leftJoin(engineProfiles, eq(engineProfiles.id, quickTests.profile_id))
    .where(inArray(runs.id, ids))

/** The run that measures the same again, or why there can be none. */
function runOf(result_id: string, sources: Sources) {
  const source = sources.get(result_id)
  const no = (reason: string): LeftOut => ({ result_id, reason })
  if (!source) return no(`There is no result ${result_id.slice(0, 128)}.`)
  const { test } = source
  if (!test)
    return no(
      `Result ${result_id} was imported, or measured outside of this server: it has no test to repeat.`,
    )
  if (!source.agent) return no(`The agent of result ${result_id}, ${test.agent_name}, was deleted.`)
  if (test.profile_id && !source.profile)
    return no(`The engine profile that result ${result_id} was measured with was deleted.`)
  const engine = EngineName.safeParse(test.engine_name).data
  if (!engine)
    return no(`Result ${result_id} was measured with ${test.engine_name}, which this server does not know.`)
  const run = {
    model: source.spec?.model ?? test.model_path,
    ...(test.model_path === source.spec?.model || !source.spec ? {} : { model_path: test.model_path }),
    engine,
    mode: test.engine_mode as 'docker' | 'native' | 'endpoint',
    ...(test.profile_id ? { profile_id: test.profile_id } : {}),
    benchmark: test.benchmark_name,
    suite_name: test.suite_name,
    ...(test.options ? { options: test.options } : {}),
    agent_id: test.agent_id,
  }
  return { run, agent: source.agent_name ?? test.agent_name }
}

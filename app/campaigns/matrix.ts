import { eq, inArray } from 'drizzle-orm'
import { campaignCells, engineProfiles } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { ENGINES, type EngineName } from '../engines/registry.ts'
import { withOwnNames } from '../quicktests/known.ts'
import type { CampaignConfig } from './schema.ts'

export type CellSpec = (typeof campaignCells.$inferSelect)['spec']

/** Formats of models by path, in addition to those that the path shows. */
export type FormatsByPath = ReadonlyMap<string, string[]>

type Profiles = ReadonlyMap<string, { engine: string; mode: string }>

/** The existing engine profiles of a configuration, by id. */
export async function profilesOf(
  tx: Pick<WriteTx, 'orm'>,
  { engines, runs }: CampaignConfig,
): Promise<Profiles> {
  const ids = [...engines, ...runs].flatMap(({ profile_id }) => profile_id ?? [])
  if (ids.length === 0) return new Map()
  const rows = await tx.orm.select().from(engineProfiles).where(inArray(engineProfiles.id, ids))
  return new Map(rows.map((row) => [row.id, row]))
}

/** The cells of a configuration in their order. The mode defaults to that of the profile, then of the engine. */
export function cellsOf(config: CampaignConfig, profiles: Profiles, formats: FormatsByPath): CellSpec[] {
  const engineOf = (name: EngineName, mode?: string | null, profile_id?: string | null) => ({
    engine: name,
    mode: mode ?? profiles.get(profile_id ?? '')?.mode ?? ENGINES[name].default_mode,
    profile_id: profile_id ?? null,
  })
  const modelOf = (name: string, path: string) => ({
    model: name,
    model_path: path,
    formats: formats.get(path) ?? [],
  })
  const { suite_name } = config
  const product = config.models.flatMap((model) =>
    config.engines.flatMap(({ name, mode, profile_id }) =>
      config.benchmarks.map((benchmark) => ({
        ...modelOf(model.name, model.path ?? model.name),
        ...engineOf(name, mode, profile_id),
        ...{ benchmark, suite_name },
      })),
    ),
  )
  const singles = config.runs.map((run, single) => ({
    ...modelOf(run.model, run.model_path ?? run.model),
    ...engineOf(run.engine, run.mode, run.profile_id),
    benchmark: run.benchmark,
    suite_name: run.suite_name ?? suite_name,
    single,
    ...(run.agent_id ? { agent_id: run.agent_id } : {}),
  }))
  return [...product, ...singles]
}

/** The benchmark options of a cell as its test gets them, secrets as they are stored. */
export function optionsOfCell({ runs, options }: CampaignConfig, { single }: CellSpec) {
  const given = (single === undefined ? undefined : runs[single]?.options) ?? options
  return given && withOwnNames(given)
}

/** The agents that a configuration names by id. */
export const namedAgents = ({ agents, runs }: CampaignConfig): string[] => [
  ...agents,
  ...runs.flatMap(({ agent_id }) => agent_id ?? []),
]

/** The paths of the models of a configuration. */
export const modelPaths = ({ models, runs }: CampaignConfig): Set<string> =>
  new Set([
    ...models.map(({ name, path }) => path ?? name),
    ...runs.map(({ model, model_path }) => model_path ?? model),
  ])

/** Replaces a campaign's cells with pending ones. @returns their number */
export async function writeCells(
  tx: WriteTx,
  campaign_id: string,
  config: CampaignConfig,
  formats: FormatsByPath = new Map(),
): Promise<number> {
  const specs = cellsOf(config, await profilesOf(tx, config), formats)
  const rows = specs.map((spec, idx) => ({ campaign_id, idx, spec, status: 'pending' as const }))
  await tx.orm.delete(campaignCells).where(eq(campaignCells.campaign_id, campaign_id))
  if (rows.length > 0) await tx.orm.insert(campaignCells).values(rows)
  return rows.length
}

import { eq, inArray } from 'drizzle-orm'
import { campaignCells, engineProfiles } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { ENGINES } from '../engines/registry.ts'
import type { CampaignConfig } from './schema.ts'

export type CellSpec = (typeof campaignCells.$inferSelect)['spec']

/** Formats of models by path, in addition to those that the path shows. */
export type FormatsByPath = ReadonlyMap<string, string[]>

type Profiles = ReadonlyMap<string, { engine: string; mode: string }>

/** The existing engine profiles of a configuration, by id. */
export async function profilesOf(tx: WriteTx, { engines }: CampaignConfig): Promise<Profiles> {
  const ids = engines.flatMap(({ profile_id }) => profile_id ?? [])
  if (ids.length === 0) return new Map()
  const rows = await tx.orm.select().from(engineProfiles).where(inArray(engineProfiles.id, ids))
  return new Map(rows.map((row) => [row.id, row]))
}

/** The cells of a configuration in their order. The mode defaults to that of the profile, then of the engine. */
function cellsOf(config: CampaignConfig, profiles: Profiles, formats: FormatsByPath): CellSpec[] {
  return config.models.flatMap((model) =>
    config.engines.flatMap(({ name, mode, profile_id }) =>
      config.benchmarks.map((benchmark) => ({
        model: model.name,
        model_path: model.path ?? model.name,
        formats: formats.get(model.path ?? model.name) ?? [],
        engine: name,
        mode: mode ?? profiles.get(profile_id ?? '')?.mode ?? ENGINES[name].default_mode,
        profile_id: profile_id ?? null,
        benchmark,
        suite_name: config.suite_name,
      })),
    ),
  )
}

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

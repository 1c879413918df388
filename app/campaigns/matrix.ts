import { eq } from 'drizzle-orm'
import { campaignCells } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import { ENGINES } from '../engines/registry.ts'
import type { CampaignConfig } from './schema.ts'

export type CellSpec = (typeof campaignCells.$inferSelect)['spec']

/** The cells of a configuration's matrix, in the order they are run in. */
export const cellsOf = (config: CampaignConfig): CellSpec[] =>
  config.models.flatMap((model) =>
    config.engines.flatMap((engine) =>
      config.benchmarks.map((benchmark) => ({
        model: model.name,
        model_path: model.path ?? model.name,
        engine: engine.name,
        mode: engine.mode ?? ENGINES[engine.name].default_mode,
        profile_id: engine.profile_id ?? null,
        benchmark,
        suite_name: config.suite_name,
      })),
    ),
  )

/** Writes a campaign's cells anew, all of them pending. @returns how many there are */
export async function writeCells(tx: WriteTx, campaign_id: string, config: CampaignConfig): Promise<number> {
  const rows = cellsOf(config).map((spec, idx) => ({ campaign_id, idx, spec, status: 'pending' as const }))
  await tx.orm.delete(campaignCells).where(eq(campaignCells.campaign_id, campaign_id))
  if (rows.length > 0) await tx.orm.insert(campaignCells).values(rows)
  return rows.length
}

import { eq, max } from 'drizzle-orm'
import { reading } from '../../db/read.ts'
import { runs, settings } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'

/** The setting that records which stored results have their setups. */
export const INDEX_KEY = 'setups.index'

/**
 * `after`: results up to this `seq` have their parts, and `ahead` results of those behind it; `told`: up to this one,
 * the summaries of their setups know it. `history`: results up to this one were there before setups were: they are
 * shown, and raise no alerts.
 */
export type IndexState = { after: number; ahead?: number; told: number; history: number }

const doneOf = (state: IndexState | undefined) => (state?.after ?? 0) + (state?.ahead ?? 0)

/** Fewer results wait for a moment only, and are no progress to show. */
const FEW = 50

/** Which results have their setups, and the newest result. */
export async function readIndex({ db }: Pick<Deps, 'db'>) {
  const { saved, newest } = await indexState(db.read, {})
  const state = saved[0] && (JSON.parse(saved[0].value) as IndexState)
  return { state, newest: newest[0]?.seq ?? 0 }
}

const indexState = reading((orm) => ({
  saved: orm.select({ value: settings.value }).from(settings).where(eq(settings.key, INDEX_KEY)),
  newest: orm.select({ seq: max(runs.seq) }).from(runs),
}))

/** How many results wait for their setups. */
export async function unindexed(deps: Pick<Deps, 'db'>): Promise<number> {
  const { state, newest } = await readIndex(deps)
  return Math.max(0, newest - doneOf(state))
}

/** The progress through stored results; undefined if at most a few wait. */
export async function indexProgress(deps: Pick<Deps, 'db'>) {
  const { state, newest } = await readIndex(deps)
  const done = doneOf(state)
  return newest - done > FEW ? { done, total: newest } : undefined
}

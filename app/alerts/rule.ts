import type { Orm } from '../../db/database.ts'
import { isOpenLoop } from '../setups/key-load.ts'
import { ruleOf } from '../setups/rules.ts'
import type { Rule } from '../setups/schema.ts'
import { type Threshold, thresholdOf } from '../setups/statistics/thresholds.ts'

/** The rule of a setup, with the thresholds of what it watches. */
export type WatchRule = Pick<Rule, 'enabled' | 'confirm'> & { watched: Map<string, Threshold> }

/** The rule that a setup is watched by: its own, or the one for all. @param setup with its key, as JSON */
export async function watchRule(orm: Orm, setup: { id: string; key: string }): Promise<WatchRule> {
  const { load = {} } = JSON.parse(setup.key) as { load?: { mode?: string | null; task?: object } }
  const { enabled, watch, confirm } = await ruleOf(orm, setup.id, load)
  const watched = new Map<string, Threshold>()
  for (const [name, { delta, margin }] of Object.entries(watch)) {
    const known = thresholdOf(name, { openBelowSaturation: isOpenLoop(load) })
    if (known) watched.set(name, { ...known, delta, margin })
  }
  return { enabled, confirm, watched }
}

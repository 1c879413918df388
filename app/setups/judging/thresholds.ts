import type { Orm } from '../../../db/database.ts'
import { isOpenLoop } from '../key-load.ts'
import { ruleOf } from '../rules.ts'
import { type Threshold, thresholdOf } from '../statistics/thresholds.ts'

export type ThresholdOf = (metric: string) => Threshold | undefined

/** How each metric of a setup is judged: with the sizes of its rule, where that watches it. */
export async function thresholdsOf(orm: Orm, setup: { id: string; key: string }): Promise<ThresholdOf> {
  const { load } = JSON.parse(setup.key) as { load: { mode?: string | null; task?: object } }
  const { watch } = await ruleOf(orm, setup.id, load)
  const openBelowSaturation = isOpenLoop(load)
  return (metric) => {
    const known = thresholdOf(metric, { openBelowSaturation })
    return known && { ...known, ...(Object.hasOwn(watch, metric) ? watch[metric] : {}) }
  }
}

import { confirmationOf } from '../../setups/statistics/confirm.ts'
import { changeOf, meanOf, scaled, worseBy } from '../../setups/statistics/logs.ts'
import { raisesAlone, type Threshold } from '../../setups/statistics/thresholds.ts'
import { referenceOf, type Series } from '../series/series.ts'
import type { AlertRow } from '../states.ts'

/**
 * A metric of an alert as it is stored; `ci95` is of 1 + the change. Of a share, changes are in points.
 * `drift`: it became worse slowly, from the first runs of its segment on.
 */
export type StoredMetric = {
  reference: number
  value: number
  delta_pct: number
  ci95: [number, number] | null
  p: number | null
  drift?: boolean
}

export const storedMetrics = (alert: Pick<AlertRow, 'metrics'>) =>
  Object.entries(alert.metrics as Record<string, StoredMetric>)

/** A run made for an alert that has a valid result in the alert's setup. */
export type ProofRun = { role: 'confirm' | 'control'; values: ReadonlyMap<string, number> }

export type Weighed = {
  outcome: 'confirmed' | 'cleared' | 'more' | 'unclear'
  /** Confirming runs in all that it takes. */
  wanted: number
  metrics: Record<string, StoredMetric>
  /** The metric that tells most, and its change. */
  metric: string
  delta_pct: number
  /** The runs after the suspicion that it is found by. */
  runs: number
  /** Whether the runs on the earlier engine are slow as well; undefined without such runs. */
  controlIsSlow: boolean | undefined
}

/** What the runs made for an alert tell. @param references by metric, from before the suspicion */
export function weigh(
  alert: Pick<AlertRow, 'metrics' | 'metric' | 'delta_pct'>,
  proof: readonly ProofRun[],
  references: ReadonlyMap<string, readonly number[]>,
  watched: ReadonlyMap<string, Threshold>,
  planned: number,
): Weighed {
  const metrics: Record<string, StoredMetric> = {}
  const outcomes: { name: string; outcome: Weighed['outcome']; wanted: number; weight: number }[] = []
  for (const [name, before] of storedMetrics(alert)) {
    const threshold = watched.get(name)
    const reference = references.get(name) ?? []
    metrics[name] = before
    if (!threshold) continue
    const confirming = valuesOf(proof, 'confirm', name)
    const told = confirmationOf({ reference, confirming, threshold, planned })
    if (raisesAlone(name))
      outcomes.push({ name, ...told, weight: Math.abs(told.change ?? 0) / threshold.delta })
    const { reference: base, value, change, ci95, p } = told
    if (value === null || base === null || change === null) continue
    const [low, high] = ci95 ?? []
    metrics[name] = {
      ...{ ...before, reference: base, value, delta_pct: change * 100, p },
      ci95: low === undefined || high === undefined ? null : [1 + low, 1 + high],
    }
  }
  const best = outcomes.sort((a, b) => rankOf(a.outcome) - rankOf(b.outcome) || b.weight - a.weight)[0]
  const runs = proof.filter(({ role }) => role === 'confirm').length
  if (!best)
    return { outcome: 'unclear', wanted: planned, metrics, ...pickOf(alert), runs, controlIsSlow: undefined }
  const delta_pct = metrics[best.name]?.delta_pct ?? alert.delta_pct
  const controlIsSlow = isSlow(proof, best.name, references, watched)
  const { outcome, wanted, name: metric } = best
  return { outcome, wanted, metrics, metric, delta_pct, runs, controlIsSlow }
}

const pickOf = ({ metric, delta_pct }: Pick<AlertRow, 'metric' | 'delta_pct'>) => ({ metric, delta_pct })

/** One metric that is worse for certain is enough; all have to be as before for it to be cleared. */
const ORDER: Weighed['outcome'][] = ['confirmed', 'more', 'unclear', 'cleared']
const rankOf = (outcome: Weighed['outcome']) => ORDER.indexOf(outcome)

/** Whether the runs on the earlier engine lost at least the threshold, too. */
function isSlow(
  proof: readonly ProofRun[],
  name: string,
  references: ReadonlyMap<string, readonly number[]>,
  watched: ReadonlyMap<string, Threshold>,
): boolean | undefined {
  const control = valuesOf(proof, 'control', name)
  const threshold = watched.get(name)
  if (control.length === 0 || !threshold) return undefined
  const { scale, better, delta } = threshold
  const [slow, usual] = scaled([meanOf(control, scale), meanOf(references.get(name) ?? [], scale)], scale)
  return slow === undefined || usual === undefined
    ? undefined
    : worseBy(changeOf(slow - usual, scale), better) >= delta
}

const valuesOf = (proof: readonly ProofRun[], role: ProofRun['role'], name: string): number[] =>
  proof.flatMap((run) => (run.role === role ? (run.values.get(name) ?? []) : []))

/** The first runs of a segment, which a slow change is held against. */
export const FIRST_RUNS = 10

/** What each metric of an alert was before it: the runs before the suspicion, or the first of the segment. */
export function referencesOf(
  alert: Pick<AlertRow, 'metrics' | 'from_at'>,
  series: Series,
  first: ReadonlyMap<string, readonly number[]>,
): Map<string, readonly number[]> {
  const found = series.runs.findIndex(({ at }) => at >= alert.from_at)
  const index = found === -1 ? series.runs.length : found
  return new Map(
    storedMetrics(alert).map(([name, { drift }]) => [
      name,
      drift ? (first.get(name) ?? []) : referenceOf(series, { index, at: alert.from_at }, name),
    ]),
  )
}

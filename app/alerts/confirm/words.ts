import { metricInfo } from '../../results/metric-units.ts'
import type { AlertRow } from '../states.ts'
import { cause, measured, percent } from '../words.ts'
import type { Made } from './proof.ts'
import type { StoredMetric, Weighed } from './weigh.ts'

/** The outcome of confirming runs in words. @param machine why it is the machine and not the engine */
export function outcomeWords(
  alert: Pick<AlertRow, 'differs'>,
  { outcome, metrics, metric, delta_pct }: Weighed,
  made: readonly Made[],
  machine: string | undefined,
): string {
  const runs = made.filter(({ role, state }) => role === 'confirm' && state === 'valid').length
  const failed = made.filter(({ role, state }) => role === 'confirm' && state !== 'valid')
  const n = runs === 1 ? '1 run' : `${runs} runs`
  const told = metrics[metric]
  const size = told ? `${metric} ${sizeOf(metric, told, delta_pct)}` : metric
  if (machine !== undefined)
    return `${size} over ${n}, but not by its engine: ${machine} ${cause(alert.differs)}`
  if (outcome === 'confirmed') return `${size} over ${n}. ${cause(alert.differs)}`
  if (outcome === 'cleared')
    return `Run again ${runs === 1 ? 'once' : `${runs} times`}, it is as before: ${size}.`
  const why = failed[0]?.why ? ` ${failed.length} of ${made.length} came to nothing: ${failed[0].why}` : ''
  return runs === 0 ? `No confirming run has a result.${why}` : `${n} do not tell for certain: ${size}.${why}`
}

/** `is 6.1 % lower (−7.0 to −5.2 %): 85.6 tok/s instead of 91.2 tok/s` */
function sizeOf(name: string, { reference, value, ci95 }: StoredMetric, delta_pct: number): string {
  const signed = (ratio: number) => `${ratio < 1 ? '−' : '+'}${Math.abs((ratio - 1) * 100).toFixed(1)}`
  const interval = ci95 ? ` (${signed(ci95[0])} to ${signed(ci95[1])} %)` : ''
  const { unit } = metricInfo(name)
  const bare = Number(reference.toPrecision(4))
  return `is ${percent(delta_pct)} ${delta_pct < 0 ? 'lower' : 'higher'}${interval}: ${measured(name, value)} instead of ${bare}${unit ? ` ${unit}` : ''}`
}

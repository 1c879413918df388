import { formatNumber, plural, signedSize } from '../../../lib/format-number.ts'
import { metricInfo } from '../../results/metric-units.ts'
import type { Difference } from '../../setups/schema.ts'
import type { AlertRow } from '../states.ts'
import { cause, differences, measured, sizeOf } from '../words.ts'
import type { Evidence } from './evidence.ts'
import type { Made } from './proof.ts'
import type { StoredMetric } from './weigh.ts'

/**
 * The outcome of confirming runs in words.
 * @param why `machine`: why it is the machine and not the engine; `because`: why runs that were planned are missing
 */
export function outcomeWords(
  alert: Pick<AlertRow, 'differs'>,
  { outcome, metrics, metric, delta_pct, runs, since }: Evidence,
  made: readonly Made[],
  { machine, because }: { machine?: string | undefined; because?: string | undefined },
): string {
  const again = made.filter(({ role, state }) => role === 'confirm' && state === 'valid').length
  const failed = made.filter(({ role, state, why }) => role === 'confirm' && state !== 'valid' && why !== '')
  const n = plural(runs, 'run')
  const told = metrics[metric]
  const size = told ? `${metric} ${changeOf(metric, told, delta_pct)}` : metric
  if (machine !== undefined)
    return `${size} over ${n}, but not by its engine: ${machine} ${changes(alert.differs, since)}`
  if (outcome === 'confirmed') return `${size} over ${n}. ${changes(alert.differs, since)}`
  if (outcome === 'cleared') {
    const when = again < runs ? `Over the ${n} since,` : `Run again ${runs === 1 ? 'once' : `${runs} times`},`
    const meanwhile = since.length > 0 ? ` ${changes(alert.differs, since)}` : ''
    return `${when} it is as before: ${size}.${meanwhile}`
  }
  const why = failed[0]?.why ? ` ${failed.length} of ${made.length} came to nothing: ${failed[0].why}` : ''
  const missing = because === undefined ? why : `${why} ${because}`
  if (runs === 0) return `No confirming run has a result.${missing}`
  return `${n} ${runs === 1 ? 'does' : 'do'} not tell for certain: ${size}.${missing}`
}

/**
 * What changed with the run that raised an alert, and what did so only after it: that may be why it is as before, and is
 * not why it was not.
 */
function changes(differs: readonly Difference[], since: readonly Difference[]): string {
  const told = new Set(differs.map(({ field, after }) => JSON.stringify([field, after])))
  const later = since.filter(({ field, after }) => !told.has(JSON.stringify([field, after])))
  if (later.length === 0) return cause(differs)
  const meanwhile = `Since the run that raised it: ${differences(later)}.`
  return differs.length > 0 ? `${cause(differs)} ${meanwhile}` : meanwhile
}

/** `is 6.1 % lower (−7.0 to −5.2 %): 85.6 tok/s instead of 91.2 tok/s` */
function changeOf(name: string, { reference, value, ci95 }: StoredMetric, delta_pct: number): string {
  const signed = (ratio: number) => signedSize((ratio - 1) * 100)
  const { unit } = metricInfo(name)
  const of = unit === 'ratio' ? 'points' : '%'
  const interval = ci95 ? ` (${signed(ci95[0])} to ${signed(ci95[1])} ${of})` : ''
  const bare = formatNumber(reference)
  return `is ${sizeOf(name, delta_pct)} ${delta_pct < 0 ? 'lower' : 'higher'}${interval}: ${measured(name, value)} instead of ${bare}${unit ? ` ${unit}` : ''}`
}

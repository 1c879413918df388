import { metricInfo as known } from '../../../app/results/metric-units.ts'

/** Whether higher or lower values of a metric are better; null if neither. */
export type Better = 'higher' | 'lower' | null

/** Unit (empty if none) and direction of a metric by its dotted name. */
export function metricInfo(name: string): { unit: string; better: Better } {
  const { unit, better } = known(name)
  return { unit: unit === 'requests' || unit === null ? '' : unit, better }
}

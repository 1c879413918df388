import { metricInfo as known } from '../../../app/results/metrics-table.ts'

/** Whether more or less of a metric is better; null where nobody can say. */
export type Better = 'higher' | 'lower' | null

/** Unit (empty where it has none) and direction of a metric by its (dotted) name. */
export function metricInfo(name: string): { unit: string; better: Better } {
  const { unit, better } = known(name)
  return { unit: unit === 'requests' || unit === null ? '' : unit, better }
}

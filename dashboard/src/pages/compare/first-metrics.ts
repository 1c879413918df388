import { METRIC_NAMES } from '../../lib/metric-names.ts'

/** Of metrics, those that people look at; all of them where none is of these. */
export function firstOnes<T extends { name: string }>(metrics: T[]): T[] {
  const found = Object.keys(METRIC_NAMES).flatMap(
    (name) => metrics.find((metric) => metric.name === name) ?? [],
  )
  return found.length > 0 ? found : metrics
}

import { METRIC_NAMES } from '../../../lib/change-words.ts'

export { METRIC_NAMES, metricName } from '../../../lib/change-words.ts'

export const METRIC_CHOICES = Object.entries(METRIC_NAMES).map(([value, label]) => ({ value, label }))

/** The main metrics among `metrics`; all of them if there are none. */
export function mainMetrics<T extends { name: string }>(metrics: T[]): T[] {
  const found = Object.keys(METRIC_NAMES).flatMap(
    (name) => metrics.find((metric) => metric.name === name) ?? [],
  )
  return found.length > 0 ? found : metrics
}

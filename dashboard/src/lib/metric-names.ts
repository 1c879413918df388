import { METRIC_NAMES } from '../../../lib/change-words.ts'

export { METRIC_NAMES, metricName } from '../../../lib/change-words.ts'
export { mainMetrics } from '../../../lib/metric-order.ts'

export const METRIC_CHOICES = Object.entries(METRIC_NAMES).map(([value, label]) => ({ value, label }))

import { METRIC_NAMES } from './change-words.ts'

const MAIN = Object.keys(METRIC_NAMES)

/** The main metrics among `metrics`; all of them if there are none. */
export function mainMetrics<T extends { name: string }>(metrics: T[]): T[] {
  const found = MAIN.flatMap((name) => metrics.find((metric) => metric.name === name) ?? [])
  return found.length > 0 ? found : metrics
}

/** Metrics with the main ones first and those of the measuring client last; others stay in their order. */
export const mainFirst = <T extends { name: string }>(metrics: readonly T[]): T[] =>
  [...metrics].sort((a, b) => rank(a.name) - rank(b.name))

function rank(name: string): number {
  const at = MAIN.indexOf(name)
  return at >= 0 ? at : name.startsWith('client.') ? MAIN.length + 1 : MAIN.length
}

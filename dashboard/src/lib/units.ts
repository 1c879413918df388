/** Whether more or less of a metric is better; null where nobody can say. */
export type Better = 'higher' | 'lower' | null
export type MetricInfo = { unit: string; better: Better }

const RULES: [RegExp, MetricInfo][] = [
  [/(^|_)tps(_|$|\.)/, { unit: 'tok/s', better: 'higher' }],
  [/_rps(\.|$)/, { unit: 'req/s', better: 'higher' }],
  [/_ms(\.|$)/, { unit: 'ms', better: 'lower' }],
  [/(_s|_seconds)(\.|$)/, { unit: 's', better: null }],
  [/error_rate/, { unit: 'ratio', better: 'lower' }],
  [/_pct(\.|$)/, { unit: '%', better: null }],
  [/_gb(\.|$)/, { unit: 'GB', better: 'lower' }],
  [/accuracy/, { unit: 'ratio', better: 'higher' }],
]

/** Unit and direction of a metric by its (dotted) name. */
export function metricInfo(name: string): MetricInfo {
  if (/\.(count|n)$/.test(name)) return { unit: '', better: null }
  return RULES.find(([pattern]) => pattern.test(name))?.[1] ?? { unit: '', better: null }
}

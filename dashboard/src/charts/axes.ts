import { metricName } from '../lib/metric-names.ts'
import { metricInfo } from '../lib/units.ts'

/** The look of every axis. */
export const AXIS = {
  stroke: 'var(--line-strong)',
  tick: { fill: 'var(--dim)', fontSize: 12 },
  tickLine: { stroke: 'var(--line-strong)' },
} as const

export const GRID = { stroke: 'var(--line)', strokeDasharray: '2 3' } as const

/** The label of an axis: the metric and its unit. */
export function axisName(metric: string): string {
  const { unit } = metricInfo(metric)
  const shown = unit === 'ratio' ? 'share' : unit
  return shown ? `${metricName(metric)} (${shown})` : metricName(metric)
}

/** The label of a horizontal axis. */
export const below = (value: string) =>
  ({ value, position: 'insideBottom', offset: -4, fill: 'var(--dim)', fontSize: 12 }) as const

/** The label of a horizontal axis beside names, which leave it little space: it ends with the axis. */
export const belowEnd = (value: string) => ({ ...below(value), position: 'insideBottomRight' }) as const

/** The label of a vertical axis. */
export const along = (value: string) =>
  ({
    value,
    angle: -90,
    position: 'insideLeft',
    offset: 4,
    fill: 'var(--dim)',
    fontSize: 12,
    style: { textAnchor: 'middle' },
  }) as const

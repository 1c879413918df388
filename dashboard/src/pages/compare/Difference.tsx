import { metricText } from '../../lib/format.ts'
import css from './compare.module.css'

/** A difference in the metric's own unit, with its sign. */
export function Difference({ value, unit }: { value: number; unit: string }) {
  const sign = value > 0 ? '+' : value < 0 ? '−' : '±'
  return (
    <span className={css.sub}>
      {sign}
      {metricText(Math.abs(value), unit)}
    </span>
  )
}

import { differenceText } from '../../lib/format.ts'
import css from './compare.module.css'

/** A difference in the metric's own unit, with its sign. */
export function Difference({ from, to, unit }: { from: number; to: number; unit: string }) {
  const value = to - from
  const sign = value > 0 ? '+' : value < 0 ? '−' : '±'
  return (
    <span className={css.sub}>
      {sign}
      {differenceText(Math.abs(value), from, unit)}
    </span>
  )
}

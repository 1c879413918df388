import { formatMetric } from '../lib/format.ts'
import css from './Metric.module.css'

type Props = { value: number | null | undefined; unit: string; size?: 'small' | 'large' | 'huge' }

/** A number with its unit; a dash without a value. */
export function Metric({ value, unit, size = 'small' }: Props) {
  if (value === null || value === undefined) return <span className={css.none}>–</span>
  const shown = formatMetric(value, unit)
  return (
    <span className={css.metric} data-size={size} title={`${value}${unit ? ` ${unit}` : ''}`}>
      <span className={css.value}>{shown.value}</span>
      {shown.unit && <span className={css.unit}>{` ${shown.unit}`}</span>}
    </span>
  )
}

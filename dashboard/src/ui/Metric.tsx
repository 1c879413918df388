import { VisuallyHidden } from '@mantine/core'
import { FEW_TEXT } from '../lib/few-samples.ts'
import { formatMetric } from '../lib/format.ts'
import css from './Metric.module.css'

type Props = {
  value: number | null | undefined
  unit: string
  size?: 'small' | 'large' | 'huge'
  /** Marks a percentile of too few requests. */
  few?: boolean
}

/** A number with its unit; a dash without a value. */
export function Metric({ value, unit, size = 'small', few = false }: Props) {
  if (value === null || value === undefined) return <span className={css.none}>–</span>
  const shown = formatMetric(value, unit)
  const exact = `${value}${unit ? ` ${unit}` : ''}`
  return (
    <span
      className={css.metric}
      data-size={size}
      data-few={few || undefined}
      title={few ? `${exact}. ${FEW_TEXT}` : exact}
    >
      <span className={css.value}>{shown.value}</span>
      {shown.unit && <span className={css.unit}>{` ${shown.unit}`}</span>}
      {few && (
        <>
          <span aria-hidden>*</span>
          <VisuallyHidden>, too few requests</VisuallyHidden>
        </>
      )}
    </span>
  )
}

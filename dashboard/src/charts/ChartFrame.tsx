import type { ReactElement, ReactNode } from 'react'
import { ResponsiveContainer } from 'recharts'
import css from './charts.module.css'

type Props = {
  /** The description for screen readers. */
  label: string
  height: number
  children: ReactElement
  legend?: ReactNode
  /** The same numbers as a table. */
  table: ReactNode
}

/** A chart with its legend, and the same numbers as a table. */
export function ChartFrame({ label, height, children, legend, table }: Props) {
  return (
    <figure className={css.figure}>
      {legend}
      <div className={css.canvas} role="img" aria-label={label}>
        <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 600, height }}>
          {children}
        </ResponsiveContainer>
      </div>
      <details className={css.details}>
        <summary>As a table</summary>
        {table}
      </details>
    </figure>
  )
}

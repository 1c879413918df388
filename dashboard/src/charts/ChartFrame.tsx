import type { ReactElement, ReactNode } from 'react'
import { ResponsiveContainer } from 'recharts'
import type { Sheet } from '../lib/sheet.ts'
import css from './charts.module.css'
import { SaveChart } from './SaveChart.tsx'

type Props = {
  /** The description for screen readers. */
  label: string
  height: number
  children: ReactElement
  legend?: ReactNode
  /** The same numbers as a table. */
  table: ReactNode
  /** What it is called in a file. */
  title: string
  /** All of its numbers, for a file. */
  sheet(): Sheet
}

/** A chart with its legend, and the same numbers as a table. */
export function ChartFrame({ label, height, children, legend, table, title, sheet }: Props) {
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
        <div>{table}</div>
      </details>
      <SaveChart title={title} sheet={sheet} />
    </figure>
  )
}

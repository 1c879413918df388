import type { ReactNode } from 'react'
import css from './Figures.module.css'
import { Metric } from './Metric.tsx'

/** Numbers side by side, the first the largest. */
export const Figures = ({ children }: { children: ReactNode }) => <dl className={css.figures}>{children}</dl>

type Props = {
  name: string
  value: number | undefined
  unit: string
  /** The one to look at first. */
  main?: boolean
  /** Under the number: its spread, or where it comes from. */
  note?: ReactNode
}

export function Figure({ name, value, unit, main, note }: Props) {
  return (
    <div className={css.figure}>
      <dt>{name}</dt>
      <dd>
        <Metric value={value} unit={unit} size={main ? 'huge' : 'large'} />
      </dd>
      {note && <dd className={css.note}>{note}</dd>}
    </div>
  )
}

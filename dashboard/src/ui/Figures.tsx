import type { ReactNode } from 'react'
import css from './Figures.module.css'
import { Metric } from './Metric.tsx'

/** Main numbers side by side. */
export const Figures = ({ children }: { children: ReactNode }) => <dl className={css.figures}>{children}</dl>

type Props = {
  name: string
  value: number | undefined
  unit: string
  /** Shown larger than the others. */
  main?: boolean
  /** Text under the number, such as its spread. */
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

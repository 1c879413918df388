import { type ReactNode, useState } from 'react'
import css from './Fold.module.css'

/** A part of a panel behind its title. It is rendered once it is opened: it may be large. */
export function Fold({ title, children }: { title: string; children: ReactNode }) {
  const [open, setOpen] = useState(false)
  return (
    <details className={css.fold} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {open && children}
    </details>
  )
}

/** A value as JSON behind its title; a text as it is. */
export const JsonFold = ({ title, value }: { title: string; value: unknown }) => (
  <Fold title={title}>
    <Json value={value} />
  </Fold>
)

const Json = ({ value }: { value: unknown }) => (
  <pre className={css.json} tabIndex={0}>
    {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
  </pre>
)

import type { ReactNode } from 'react'
import css from './states.module.css'

/** The empty state of a list, with what to do next. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={css.empty}>
      <p className={css.emptyTitle}>{title}</p>
      {children && <div className={css.emptyText}>{children}</div>}
    </div>
  )
}

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

/** Stands in place of a list where its filters leave nothing. @param of one item in words */
export const NoMatch = ({ of }: { of: string }) => (
  <Empty title={`No ${of} matches the filters.`}>Clear the filters to see all.</Empty>
)

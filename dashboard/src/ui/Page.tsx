import { type ReactNode, useEffect } from 'react'
import { visibleText } from '../lib/visible-text.ts'
import css from './Page.module.css'

type Props = {
  title: string
  /** Links to parent pages, above the title. */
  above?: ReactNode
  /** Next to the title. */
  beside?: ReactNode
  /** One line under the title. */
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** The layout of a page; also sets the title of the window. */
export function Page({ title, above, beside, lead, actions, children }: Props) {
  useEffect(() => {
    document.title = visibleText(`${title} · KITT`)
  }, [title])
  return (
    <article className={css.page}>
      <header className={css.head}>
        <div className={css.titles}>
          {above && <div className={css.above}>{above}</div>}
          <div className={css.title}>
            <h1 tabIndex={-1}>{title}</h1>
            {beside}
          </div>
          {lead && <p className={css.lead}>{lead}</p>}
        </div>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      {children}
    </article>
  )
}

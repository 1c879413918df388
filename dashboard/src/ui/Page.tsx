import { type ReactNode, useEffect } from 'react'
import css from './Page.module.css'

type Props = {
  title: string
  /** Where it stands, above the title: links up. */
  above?: ReactNode
  /** Beside the title: a state. */
  beside?: ReactNode
  /** One line under it. */
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** The frame of every page; its title is the window's, too. */
export function Page({ title, above, beside, lead, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · KITT`
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

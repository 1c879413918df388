import { type ReactNode, useId } from 'react'
import css from './Panel.module.css'

type Props = {
  title: string
  /** On the right of the title. */
  aside?: ReactNode
  /** Without padding, for tables and lists. */
  flush?: boolean
  children: ReactNode
}

/** A section of a page with a title. */
export function Panel({ title, aside, flush, children }: Props) {
  const id = useId()
  return (
    <section className={css.panel} aria-labelledby={id}>
      <header className={css.head}>
        <h2 id={id}>{title}</h2>
        {aside && <div className={css.aside}>{aside}</div>}
      </header>
      <div className={flush ? css.flush : css.body}>{children}</div>
    </section>
  )
}

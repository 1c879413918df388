import { type ReactNode, useId } from 'react'
import css from './Panel.module.css'

type Props = {
  title: string
  /** Beside the title, at the far end. */
  aside?: ReactNode
  /** Without padding, for tables and lists that reach the edge. */
  flush?: boolean
  children: ReactNode
}

/** A titled part of a page. */
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

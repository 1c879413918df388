import { Link } from '@tanstack/react-router'
import { ColorSchemeSwitch } from './ColorSchemeSwitch.tsx'
import { NAV } from './nav.ts'
import css from './Shell.module.css'
import { WhoAmI } from './WhoAmI.tsx'

/** The menu: every page, who is signed in, and the colours. */
export function Menu({ open }: { open: boolean }) {
  return (
    <div id="menu" className={css.side} data-open={open || undefined}>
      <div className={css.menu}>
        <Link to="/" className={css.brand} aria-label="KITT, overview">
          KITT
        </Link>
        <nav aria-label="Pages">
          {NAV.map((group, i) => (
            <ul key={String(i)}>
              {group.map(({ to, label, icon: EntryIcon }) => (
                <li key={to}>
                  <Link to={to} className={css.entry} activeOptions={{ exact: to === '/' }}>
                    <EntryIcon size={17} stroke={1.75} aria-hidden />
                    {label}
                  </Link>
                </li>
              ))}
            </ul>
          ))}
        </nav>
        <div className={css.foot}>
          <WhoAmI />
          <ColorSchemeSwitch />
        </div>
      </div>
    </div>
  )
}

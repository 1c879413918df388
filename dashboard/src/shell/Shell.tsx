import { Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { Menu } from './Menu.tsx'
import css from './Shell.module.css'
import { TopBar } from './TopBar.tsx'

/** What surrounds every page: the menu, the state of the connection, and the place of the page. */
export function Shell() {
  const { pathname } = useLocation()
  const [menuOpen, setMenuOpen] = useState(false)
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is what it is for
  useEffect(() => {
    setMenuOpen(false)
    if (first.current) first.current = false
    else main.current?.focus({ preventScroll: true })
  }, [pathname])
  return (
    <div className={css.shell}>
      <a href="#main" className={css.skip}>
        Skip to the content
      </a>
      <TopBar open={menuOpen} onToggle={() => setMenuOpen((open) => !open)} />
      <Menu open={menuOpen} />
      <main id="main" ref={main} className={css.main} tabIndex={-1}>
        <ConnectionBanner />
        <Outlet />
      </main>
    </div>
  )
}

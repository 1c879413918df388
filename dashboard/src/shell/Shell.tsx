import { Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useMayRead } from '../api/access.ts'
import { Lines } from '../ui/Lines.tsx'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { Menu } from './Menu.tsx'
import css from './Shell.module.css'
import { SignInPage } from './SignInPage.tsx'
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
        <Readable />
      </main>
    </div>
  )
}

/** The page, once it is known that it may be read: nothing is asked for only to be refused. */
function Readable() {
  const mayRead = useMayRead()
  if (mayRead === undefined) return <Lines n={6} height={28} />
  if (!mayRead) return <SignInPage />
  return (
    <>
      <ConnectionBanner />
      <Outlet />
    </>
  )
}

import { ActionIcon } from '@mantine/core'
import { IconMenu2, IconX } from '@tabler/icons-react'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useMayRead } from '../api/access.ts'
import { SkeletonLines } from '../ui/SkeletonLines.tsx'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { Menu } from './Menu.tsx'
import css from './Shell.module.css'
import { SignInPage } from './SignInPage.tsx'
import { useKeptFocus } from './useKeptFocus.ts'

/** The frame of every page: menu, connection state and content. */
export function Shell() {
  const { pathname } = useLocation()
  const [menuOpen, setMenuOpen] = useState(false)
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)
  useKeptFocus(main)
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs on a change of page
  useEffect(() => {
    setMenuOpen(false)
    if (first.current) first.current = false
    else main.current?.focus({ preventScroll: true })
  }, [pathname])
  // A shared link shows one view without the rest of the app, and asks for no token.
  if (pathname === '/shared')
    return (
      <main id="main" ref={main} className={css.main} tabIndex={-1}>
        <Outlet />
      </main>
    )
  return (
    <div className={css.shell}>
      <a href="#main" className={css.skip}>
        Skip to the content
      </a>
      <TopBar open={menuOpen} onToggle={() => setMenuOpen((open) => !open)} />
      <Menu open={menuOpen} />
      <main id="main" ref={main} className={css.main} tabIndex={-1}>
        <GuardedContent />
      </main>
    </div>
  )
}

/** The page, once reads are known to be allowed, so that no request is refused. */
function GuardedContent() {
  const mayRead = useMayRead()
  if (mayRead === undefined) return <SkeletonLines n={6} height={28} />
  if (!mayRead) return <SignInPage />
  return (
    <>
      <ConnectionBanner />
      <Outlet />
    </>
  )
}

/** The top bar on a narrow screen. */
function TopBar({ open, onToggle }: { open: boolean; onToggle(): void }) {
  return (
    <header className={css.top}>
      <Link to="/" className={css.brand}>
        KITT
      </Link>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={open ? 'Close the menu' : 'Open the menu'}
        aria-expanded={open}
        aria-controls="menu"
        onClick={onToggle}
      >
        {open ? <IconX size={18} aria-hidden /> : <IconMenu2 size={18} aria-hidden />}
      </ActionIcon>
    </header>
  )
}

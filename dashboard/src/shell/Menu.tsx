import { SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { NAV } from './nav.ts'
import css from './Shell.module.css'
import { SignInState } from './SignInState.tsx'

/** The menu: the pages, the sign-in state and the colour scheme. */
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
          <SignInState />
          <ColorSchemeSwitch />
        </div>
      </div>
    </div>
  )
}

const CHOICES = [
  { value: 'auto', label: 'Auto' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

function ColorSchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <SegmentedControl
      size="xs"
      fullWidth
      aria-label="Colours"
      data={CHOICES}
      value={colorScheme}
      onChange={(value) => setColorScheme(value as 'auto' | 'light' | 'dark')}
    />
  )
}

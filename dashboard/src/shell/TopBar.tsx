import { ActionIcon } from '@mantine/core'
import { IconMenu2, IconX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import css from './Shell.module.css'

/** The bar over the page on a narrow screen. */
export function TopBar({ open, onToggle }: { open: boolean; onToggle(): void }) {
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

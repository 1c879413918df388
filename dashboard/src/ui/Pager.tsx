import { ActionIcon } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { formatNumber } from '../lib/format.ts'
import css from './Pager.module.css'

type Props = {
  list: { total: number; page: number; per_page: number; pages: number }
  onPage(page: number): void
}

/** Which part of the list this is, and the way to the others. */
export function Pager({ list, onPage }: Props) {
  const { total, page, per_page, pages } = list
  if (pages <= 1 && page === 1) return null
  const from = Math.min(total, (page - 1) * per_page + 1)
  return (
    <nav className={css.pager} aria-label="Pages">
      <span>
        {formatNumber(from)}–{formatNumber(Math.min(total, page * per_page))} of {formatNumber(total)}
      </span>
      <ActionIcon
        variant="default"
        aria-label="Previous page"
        disabled={page <= 1}
        onClick={() => onPage(page - 1)}
      >
        <IconChevronLeft size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        aria-label="Next page"
        disabled={page >= pages}
        onClick={() => onPage(page + 1)}
      >
        <IconChevronRight size={16} aria-hidden />
      </ActionIcon>
    </nav>
  )
}

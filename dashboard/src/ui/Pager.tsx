import { ActionIcon } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { formatNumber } from '../lib/format.ts'
import css from './Pager.module.css'

/** A page of a list. `skip`: the page was truncated for its size; its rest begins here. */
export type Paged<T> = {
  items: T[]
  total: number
  page: number
  per_page: number
  pages: number
  skip?: number | undefined
}

type Props = {
  list: Paged<unknown>
  /** The items of a truncated page before these. */
  shown?: number | undefined
  onPage(page: number, skip?: number): void
}

/** The position in a list, with buttons for the previous and the next page. */
export function Pager({ list, shown = 0, onPage }: Props) {
  const { items, total, page, per_page, pages, skip } = list
  if (pages <= 1 && page === 1 && skip === undefined && shown === 0) return null
  const before = (page - 1) * per_page + shown
  return (
    <nav className={css.pager} aria-label="Pages">
      <span>
        {formatNumber(Math.min(total, before + 1))}–{formatNumber(Math.min(total, before + items.length))} of{' '}
        {formatNumber(total)}
      </span>
      <ActionIcon
        variant="default"
        aria-label="Previous page"
        disabled={page <= 1 && shown === 0}
        onClick={() => onPage(shown > 0 ? page : page - 1)}
      >
        <IconChevronLeft size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        aria-label="Next page"
        disabled={page >= pages && skip === undefined}
        onClick={() => (skip === undefined ? onPage(page + 1) : onPage(page, skip))}
      >
        <IconChevronRight size={16} aria-hidden />
      </ActionIcon>
    </nav>
  )
}

import type { ReactNode } from 'react'
import { Loaded, type Query } from './Loaded.tsx'
import { type Paged, Pager } from './Pager.tsx'

type Props<T> = {
  query: Query<Paged<T>>
  /** The lines that stand in place of the list, and the height of each in pixels. */
  lines: number
  height: number
  /** Stands in place of a list without items. */
  empty: ReactNode
  /** The items of a truncated page before these. */
  skipped?: number | undefined
  onPage(page: number, skip?: number): void
  children(items: T[]): ReactNode
}

/** A page of a list as it is loaded, with buttons for the other pages. */
export function PagedList<T>({ query, lines, height, empty, skipped, onPage, children }: Props<T>) {
  return (
    <Loaded query={query} lines={lines} height={height}>
      {(list) => (
        <>
          {list.items.length > 0 ? children(list.items) : empty}
          <Pager list={list} shown={skipped} onPage={onPage} />
        </>
      )}
    </Loaded>
  )
}

import { VisuallyHidden } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import css from './DataTable.module.css'

export type Column<T> = {
  key: string
  header: string
  cell(row: T): ReactNode
  /** Set to the right, as numbers are. */
  numeric?: boolean
  /** A name that stays on one line; a very long one is cut, and told in full on hover. */
  short?: boolean
  /** The API's name of this order, if there is one. */
  sort?: string
  /** The header is for screen readers alone. */
  silent?: boolean
}

/** What a cell shows that has nothing to show; on a card it is left out. */
export const NOTHING = '–'

export type Sorting = { value: string | undefined; onChange(next: string): void }

type Props<T> = {
  label: string
  columns: Column<T>[]
  rows: T[]
  rowKey(row: T): string
  sorting?: Sorting
  /** A state that colours the row's edge. */
  tone?(row: T): string | undefined
}

/** A table that becomes a list of cards on a narrow screen. Rows come from the server, in its order. */
export function DataTable<T>({ label, columns, rows, rowKey, sorting, tone }: Props<T>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section would be one more landmark
    <div className={css.scroll} role="group" aria-label={label} tabIndex={0}>
      {/* Laid out as cards, a table would lose the roles it has by nature. */}
      <table
        className={css.table}
        aria-label={label}
        role="table"
        data-pairs={columns.length === 2 || undefined}
      >
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <Header key={column.key} column={column} sorting={sorting} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={rowKey(row)} role="row" data-tone={tone?.(row)}>
              {columns.map((column) => (
                <Cell key={column.key} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Cell<T>({ column, row }: { column: Column<T>; row: T }) {
  const { header, numeric, short, silent } = column
  const content = column.cell(row)
  return (
    <td
      role="cell"
      data-label={silent ? undefined : header}
      data-numeric={numeric || undefined}
      data-short={short || undefined}
      title={short && typeof content === 'string' ? content : undefined}
      data-silent={silent || undefined}
      data-empty={content === NOTHING || undefined}
    >
      {content}
    </td>
  )
}

function Header<T>({ column, sorting }: { column: Column<T>; sorting: Sorting | undefined }) {
  const { header, numeric, sort, silent } = column
  const numericFlag = numeric || undefined
  if (!sort || !sorting) {
    return (
      <th role="columnheader" scope="col" data-numeric={numericFlag}>
        {silent ? <VisuallyHidden>{header}</VisuallyHidden> : header}
      </th>
    )
  }
  const direction =
    sorting.value === sort ? 'ascending' : sorting.value === `-${sort}` ? 'descending' : undefined
  const next = direction === 'descending' ? sort : `-${sort}`
  return (
    <th role="columnheader" scope="col" data-numeric={numericFlag} aria-sort={direction ?? 'none'}>
      <button type="button" className={css.sort} onClick={() => sorting.onChange(next)}>
        {header}
        {direction === 'ascending' && <IconArrowUp size={13} aria-hidden />}
        {direction === 'descending' && <IconArrowDown size={13} aria-hidden />}
      </button>
    </th>
  )
}

import { VisuallyHidden } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import css from './DataTable.module.css'

export type Column<T> = {
  key: string
  header: string
  /** Shown as the header instead of its text. */
  head?: ReactNode
  cell(row: T): ReactNode
  /** Right-aligned. */
  numeric?: boolean
  /** Stays on one line; a long text is cut, and shown in full on hover. */
  short?: boolean
  /** The sort key of the API, if the column is sortable. */
  sort?: string
  /** The header is only for screen readers. */
  silent?: boolean
  /**
   * Its place on a card of two lines: the name with what is said about it, right of the name, right of the second
   * line, left of both. If a table has such columns, its cards leave out the others.
   */
  card?: 'name' | 'beside' | 'below' | 'tick'
  /** Not in the table: only on cards. */
  cardOnly?: boolean
}

/** The content of an empty cell, which is hidden on a card. */
export const NOTHING = '–'

export type Sorting = { value: string | undefined; onChange(next: string): void }

type Props<T> = {
  label: string
  columns: Column<T>[]
  rows: T[]
  rowKey(row: T): string
  sorting?: Sorting
}

/** A table that becomes a list of cards on a narrow screen. The server sorts the rows. */
export function DataTable<T>({ label, columns, rows, rowKey, sorting }: Props<T>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section would be one more landmark
    <div className={css.scroll} role="group" aria-label={label} tabIndex={0}>
      {/* The card layout changes `display`, which removes the implicit roles of a table. */}
      <table
        className={css.table}
        aria-label={label}
        role="table"
        data-pairs={columns.length === 2 || undefined}
        data-brief={columns.some(({ card }) => card) || undefined}
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
            <tr key={rowKey(row)} role="row">
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
  const { header, numeric, short, silent, card, cardOnly } = column
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
      data-card={card}
      data-card-only={cardOnly || undefined}
    >
      {content}
    </td>
  )
}

function Header<T>({ column, sorting }: { column: Column<T>; sorting: Sorting | undefined }) {
  const { header, head, numeric, sort, silent, cardOnly } = column
  const numericFlag = numeric || undefined
  if (!sort || !sorting) {
    return (
      <th
        role="columnheader"
        scope="col"
        data-numeric={numericFlag}
        data-card-only={cardOnly || undefined}
        aria-label={head ? header : undefined}
      >
        {head ?? (silent ? <VisuallyHidden>{header}</VisuallyHidden> : header)}
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

import { formatNumber } from '../../lib/format-number.ts'
import { colourOf, hasColour, paint, plain, widthOf } from './terminal.ts'

/**
 * One column: its head and the text of its cells. An `id` and a `time` are never cut, a `state` is coloured, a `verdict` by
 * its first word, a `number` right-aligned. `extra` is left out where the terminal is too narrow for all columns.
 */
export type Column<T> = {
  head: string
  of(row: T): string
  kind?: 'id' | 'time' | 'state' | 'verdict' | 'number'
  extra?: true
}

type Look = { width?: number; colour?: boolean }

const GAP = '  '
const LEAST = 8

/**
 * Rows as a table that fits the terminal: cells are cut, in the widest column first; ids and numbers are not, even where
 * the table then becomes wider.
 */
export function table<T>(all: readonly Column<T>[], rows: readonly T[], look: Look = {}): string {
  const { width = widthOf(), colour = hasColour() } = look
  const filled = all.map((column) => ({ column, cells: rows.map((row) => plain(column.of(row))) }))
  const kept = fitting(
    filled.map(({ column, cells }) => ({
      ...{ column, cells },
      wanted: Math.max(plain(column.head).length, ...cells.map((cell) => cell.length)),
    })),
    width,
  )
  const columns = kept.map(({ column }) => column)
  const cells = rows.map((_, n) => kept.map((one) => one.cells[n] as string))
  const heads = columns.map(({ head }) => plain(head))
  const wanted = kept.map((one) => one.wanted)
  const widths = shrunk(wanted, width - GAP.length * (columns.length - 1), columns.map(isWhole))
  const line = (row: string[], coloured: boolean) =>
    row
      .map((cell, i) => {
        const text = cut(cell, widths[i] as number)
        const padding = ' '.repeat((widths[i] as number) - text.length)
        const { kind } = columns[i] as Column<T>
        if (kind === 'number') return padding + text
        const state = kind === 'verdict' ? (cell.split(/[ :]/)[0] ?? '') : kind === 'state' ? cell : undefined
        return (coloured && state ? paint(text, colourOf(state)) : text) + padding
      })
      .join(GAP)
      .trimEnd()
  return [
    line(heads, false),
    widths.map((n) => '─'.repeat(n)).join(GAP),
    ...cells.map((row) => line(row, colour)),
  ].join('\n')
}

/** Names and values, one pair a line; pairs without a value are left out. Values are never cut; an object is shown as JSON. */
export function facts(pairs: readonly (readonly [string, unknown])[]): string {
  const shown = pairs
    .map(([name, value]) => [name, valueWords(value)] as const)
    .filter(([, words]) => words !== '')
  const width = Math.max(...shown.map(([name]) => name.length))
  return shown
    .map(([name, words]) => {
      const text = plain(words)
      const colour = name === 'status' && hasColour() ? colourOf(text) : undefined
      return `${plain(name).padEnd(width)}${GAP}${paint(text, colour)}`
    })
    .join('\n')
}

function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueWords).join(', ')
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '')
}

const cut = (text: string, width: number) => (text.length <= width ? text : `${text.slice(0, width - 1)}…`)

const isWhole = ({ kind }: Pick<Column<never>, 'kind'>) =>
  kind === 'id' || kind === 'time' || kind === 'number'

/** The columns without the last extra ones, if even the narrowest form of all is too wide. */
function fitting<C extends { column: Pick<Column<never>, 'kind' | 'extra'>; wanted: number }>(
  columns: C[],
  width: number,
): C[] {
  const least = ({ column, wanted }: C) => (isWhole(column) ? wanted : Math.min(wanted, LEAST))
  const sum = columns.reduce((all, one) => all + least(one) + GAP.length, -GAP.length)
  const last = columns.findLastIndex(({ column }) => column.extra)
  return sum <= width || last < 0 ? columns : fitting(columns.toSpliced(last, 1), width)
}

/** Narrows the widest column that may be cut until all fit; none becomes narrower than `LEAST`. */
function shrunk(wanted: number[], room: number, whole: readonly boolean[]): number[] {
  const widths = [...wanted]
  const cuttable = (i: number) => (whole[i] ? 0 : (widths[i] as number))
  for (let sum = widths.reduce((a, b) => a + b, 0); sum > room; sum--) {
    const widest = widths.map((_, i) => i).reduce((a, b) => (cuttable(b) > cuttable(a) ? b : a), 0)
    if (cuttable(widest) <= LEAST) break
    widths[widest] = (widths[widest] as number) - 1
  }
  return widths
}

/** A time in the local time zone, `2026-01-31 12:00`; `-` for none. */
export function when(iso: string | number | null | undefined): string {
  if (iso === null || iso === undefined || iso === '') return '-'
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return String(iso)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** A measured number, as on the page: `0.042`, `91.5`, `1,234`. */
export const measured = formatNumber

import { colourOf, hasColour, paint, plain, widthOf } from './terminal.ts'

/**
 * One column: its head and the text of its cells. A `state` is coloured, a `verdict` by its first word, a `number`
 * right-aligned.
 */
export type Column<T> = { head: string; of(row: T): string; kind?: 'state' | 'verdict' | 'number' }

type Look = { width?: number; colour?: boolean }

const GAP = '  '
const LEAST = 8

/** Rows as a table that fits the terminal: cells are cut, in the widest column first. */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[], look: Look = {}): string {
  const { width = widthOf(), colour = hasColour() } = look
  const cells = rows.map((row) => columns.map((column) => plain(column.of(row))))
  const heads = columns.map(({ head }) => plain(head))
  const wanted = heads.map((head, i) =>
    Math.max(head.length, ...cells.map((row) => (row[i] as string).length)),
  )
  const widths = shrunk(wanted, width - GAP.length * (columns.length - 1))
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

/** Names and values, one pair a line; pairs without a value are left out. Values are never cut. */
export function facts(pairs: readonly (readonly [string, unknown])[]): string {
  const shown = pairs.filter(([, value]) => String(value ?? '') !== '')
  const width = Math.max(...shown.map(([name]) => name.length))
  return shown
    .map(([name, value]) => {
      const text = plain(Array.isArray(value) ? value.join(', ') : String(value))
      const colour = name === 'status' && hasColour() ? colourOf(text) : undefined
      return `${plain(name).padEnd(width)}${GAP}${paint(text, colour)}`
    })
    .join('\n')
}

const cut = (text: string, width: number) => (text.length <= width ? text : `${text.slice(0, width - 1)}…`)

/** Narrows the widest column until all fit; none becomes narrower than `LEAST`. */
function shrunk(wanted: number[], room: number): number[] {
  const widths = [...wanted]
  for (let sum = widths.reduce((a, b) => a + b, 0); sum > room; sum--) {
    const widest = widths.indexOf(Math.max(...widths))
    if ((widths[widest] as number) <= LEAST) break
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

/** A measured number with four significant digits. */
export const measured = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))

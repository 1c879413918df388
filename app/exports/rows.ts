import { csvLine } from '../../lib/csv.ts'
import { inTurns } from '../turns.ts'
import type { Cell, CellType, Column } from './columns.ts'

/** Rows as text: CSV, JSON Lines or a JSON array. One that was not observed is absent, or empty in CSV. */
export type RowFormat = 'csv' | 'json' | 'jsonl'

/** @param groups each is written in one piece */
export async function* rowsAsText<Row>(
  format: RowFormat,
  columns: readonly Column<Row>[],
  groups: AsyncIterable<readonly Row[]>,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(columns.map(({ name }) => name))
  let first = true
  for await (const rows of groups) {
    let text = ''
    for await (const row of inTurns(rows)) {
      if (format === 'csv') text += csvLine(columns.map(({ type, of }) => shown(type, of(row))))
      else text += between(format, first) + JSON.stringify(asObject(columns, row))
      if (format === 'jsonl') text += '\n'
      first = false
    }
    if (text !== '') yield text
  }
  if (format === 'json') yield first ? '[]\n' : '\n]\n'
}

const between = (format: RowFormat, isFirst: boolean) => (format === 'jsonl' ? '' : isFirst ? '[\n' : ',\n')

function asObject<Row>(columns: readonly Column<Row>[], row: Row): Record<string, Cell> {
  const cells: [string, Cell][] = []
  for (const { name, type, of } of columns) {
    const value = shown(type, of(row))
    if (value !== null) cells.push([name, value])
  }
  return Object.fromEntries(cells)
}

/** The farthest time that JavaScript has, ms. */
const TIME_MAX = 8.64e15

/** A time as ISO 8601. */
const shown = (type: CellType, value: Cell): Cell =>
  type === 'time' && typeof value === 'number'
    ? Math.abs(value) <= TIME_MAX
      ? new Date(value).toISOString()
      : null
    : value

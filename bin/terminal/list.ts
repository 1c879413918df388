import { formatNumber } from '../../lib/format-number.ts'
import { printJson, printTable, say } from './output.ts'
import { type Column, table } from './table.ts'

type Found<T> = { items: T[]; total: number }

/** Prints some items of a list, and how many of how many they are: `25 of 60 tests`. */
export function printSome<T>(found: Found<T>, columns: Column<T>[], things: string, json = false) {
  if (json) return printJson(found)
  if (found.items.length > 0) printTable(table(columns, found.items))
  say(`${formatNumber(found.items.length)} of ${formatNumber(found.total)} ${things}`)
}

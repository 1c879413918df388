import { BadRequest } from '../../errors.ts'

const ROWS_MAX = 100_000

/** The rows of a CSV text (RFC 4180), empty lines as empty rows. @throws BadRequest if it is cut short */
export function csvRows(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    const { cell, end } = text[at] === '"' ? quoted(text, at) : plain(text, at)
    row.push(cell)
    at = end
    if (text[at] === ',') {
      at++
      if (at === text.length) row.push('')
      continue
    }
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
    else if (at < text.length) throw new BadRequest(`Row ${rows.length + 1} of the CSV has a stray quote.`)
    rows.push(row.length === 1 && row[0] === '' ? [] : row)
    row = []
    if (rows.length > ROWS_MAX) throw new BadRequest(`The CSV has more than ${ROWS_MAX} rows.`)
  }
  if (row.length > 0) rows.push(row)
  return rows
}

function plain(text: string, from: number) {
  let end = from
  while (end < text.length && !',\r\n'.includes(text[end] as string)) end++
  return { cell: text.slice(from, end), end }
}

function quoted(text: string, from: number) {
  let cell = ''
  for (let at = from + 1; ; ) {
    const quote = text.indexOf('"', at)
    if (quote === -1) throw new BadRequest('The CSV ends in the middle of a cell: it was cut short.')
    cell += text.slice(at, quote)
    if (text[quote + 1] !== '"') return { cell, end: quote + 1 }
    cell += '"'
    at = quote + 2
  }
}

/** The rows below a header as objects. */
export function csvObjects([header = [], ...rows]: string[][]): Record<string, string>[] {
  const names = header.map((name) => name.trim())
  return rows.filter((row) => row.length > 0).map((row) => namedCells(names, row))
}

/** The cells of a row by the names of its columns: of its own cells alone, so that few rows cannot become many. */
export const namedCells = (names: readonly string[], row: readonly string[]): Record<string, string> =>
  Object.fromEntries(row.slice(0, names.length).map((cell, i) => [names[i], cell]))

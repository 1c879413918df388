/** A row of RFC 4180, which no spreadsheet runs. */
export const csvLine = (cells: readonly unknown[]): string => `${cells.map(csvCell).join(',')}\r\n`

function csvCell(value: unknown): string {
  const text =
    value === null || value === undefined
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value)
  const safe = typeof value === 'number' || typeof value === 'boolean' ? text : neutral(text)
  // A spreadsheet may split lines at semicolons too.
  return /[",;]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Untrusted text for a spreadsheet: no control characters, no formulas. Negative numbers stay numbers. */
function neutral(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removes control characters
  const plain = text.replace(/\r\n|[\t\n\r]/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)
  return !isNumber && (/^\s*[=+\-@＝＋－＠]/.test(plain) || /^[\t\r]/.test(text)) ? `'${plain}` : plain
}

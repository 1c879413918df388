import type { ResultSet, Row } from '@libsql/client'

export type RowOf = new (values: unknown[]) => Row

/** Rows with values by name and by index: joined tables share column names. */
export function rowClass(columns: string[]): RowOf {
  class Values {
    readonly #values: unknown[]
    constructor(values: unknown[]) {
      this.#values = values
      const named = this as unknown as Record<string, unknown>
      for (let i = columns.length - 1; i >= 0; i--) named[columns[i] as string] = values[i]
    }
    get length() {
      return columns.length
    }
    static at(row: Values, place: number) {
      return row.#values[place]
    }
  }
  for (const place of columns.keys()) {
    Object.defineProperty(Values.prototype, place, {
      get(this: Values) {
        return Values.at(this, place)
      },
    })
  }
  return Values as unknown as RowOf
}

/** Classes of rows by their columns: a program's statements have a few hundred. */
const classes = new Map<string, RowOf>()
const CLASSES_MAX = 1000

/** The class of rows with these columns. */
export function rowClassOf(columns: string[]): RowOf {
  const key = columns.join('\0')
  const found = classes.get(key) ?? rowClass(columns)
  if (classes.size < CLASSES_MAX) classes.set(key, found)
  return found
}

/** What a statement changed. */
export type Changes = { changes: number; lastInsertRowid: number | bigint | string }

export function resultOf(columns: string[], rows: Row[], info?: Changes): ResultSet {
  return {
    columns,
    columnTypes: [],
    rows,
    rowsAffected: info?.changes ?? 0,
    lastInsertRowid: info && BigInt(info.lastInsertRowid),
    toJSON: () => ({ columns, rows }),
  }
}

import { Column, getTableColumns, is, SQL, Table } from 'drizzle-orm'

/** A value of a row: its path, and its column if it comes from one. */
export type Leaf = { path: string[]; column: Column | undefined }

/** The values of a select, in the order of Drizzle. */
export function leavesOf(fields: Record<string, unknown>, path: string[] = []): Leaf[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const at = [...path, name]
    if (is(field, Column)) return [{ path: at, column: field }]
    if (is(field, SQL) || is(field, SQL.Aliased)) return [{ path: at, column: undefined }]
    return leavesOf(is(field, Table) ? getTableColumns(field) : (field as Record<string, unknown>), at)
  })
}

/** SQL that builds a JSON object of a row, from values named `c0`, `c1`, … in the order of the leaves. */
export function rowAsJson(leaves: Leaf[]): string {
  const object = (of: { leaf: Leaf; n: number }[], depth: number): string => {
    const names = [...new Set(of.map(({ leaf }) => leaf.path[depth] as string))]
    const members = names.map((name) => {
      const under = of.filter(({ leaf }) => leaf.path[depth] === name)
      const [only] = under
      const isValue = only && only.leaf.path.length === depth + 1
      return `'${name}', ${isValue ? valueAsJson(only.leaf, `c${only.n}`) : object(under, depth + 1)}`
    })
    return `json_object(${members.join(', ')})`
  }
  return object(
    leaves.map((leaf, n) => ({ leaf, n })),
    0,
  )
}

/**
 * JSON columns are embedded unchanged. Numbers get 17 digits, which is exact; json_object() writes 15.
 * @throws Error for an unknown column type: its values could differ from Drizzle's
 */
function valueAsJson({ column }: Leaf, value: string): string {
  switch (column?.columnType) {
    case undefined:
    case 'SQLiteText':
    case 'SQLiteInteger':
    case 'SQLiteBoolean':
      return value
    case 'SQLiteTextJson':
      return `json(${value})`
    case 'SQLiteReal':
      return `CASE WHEN ${value} IS NULL THEN NULL WHEN ${value} = CAST(${value} AS INTEGER) THEN CAST(${value} AS INTEGER) ELSE printf('%!.17g', ${value}) END`
    default:
      throw new Error(`Columns of the kind ${column?.columnType} cannot be read as JSON yet.`)
  }
}

type Row = Record<string, unknown>

/** Parses the rows from the database's JSON text. */
export function rowsFromJson(leaves: Leaf[]): (text: string) => unknown[] {
  const mends = [...leaves.flatMap(mendOf), ...joinsOf(leaves)]
  return (text) => {
    const rows = JSON.parse(text) as Row[]
    for (const mend of mends) for (const row of rows) mend(row)
    return rows
  }
}

/** Converts a value from the database's JSON to Drizzle's. */
function mendOf({ path, column }: Leaf): ((row: Row) => void)[] {
  const [first = '', second] = path
  const change = (as: (value: unknown) => unknown) => [
    (row: Row) => {
      const [at, name] = second === undefined ? [row, first] : [row[first] as Row, second]
      at[name] = as(at[name])
    },
  ]
  if (column?.columnType === 'SQLiteBoolean') return change((value) => (value === null ? null : value === 1))
  if (column?.columnType === 'SQLiteReal')
    return change((value) => (typeof value === 'string' ? Number(value) : value))
  return []
}

/** A joined table without a row becomes null: its not-null column is null. */
function joinsOf(leaves: Leaf[]): ((row: Row) => void)[] {
  const groups = new Set(
    leaves.flatMap(({ path: [first = '', second] }) => (second === undefined ? [] : [first])),
  )
  return [...groups].flatMap((group) => {
    const never = leaves.find(({ path, column }) => path[0] === group && column?.notNull)?.path[1]
    if (never === undefined) return []
    return [
      (row: Row) => {
        if ((row[group] as Row)[never] === null) row[group] = null
      },
    ]
  })
}

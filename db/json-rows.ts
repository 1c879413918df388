import { Column, getTableColumns, is, SQL, Table } from 'drizzle-orm'

/** A value of a row: where it stands in it, and the column that it comes from, if from one. */
export type Leaf = { path: string[]; column: Column | undefined }

/** The values of what a select names, in the order in which Drizzle selects them. */
export function leavesOf(fields: Record<string, unknown>, path: string[] = []): Leaf[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const at = [...path, name]
    if (is(field, Column)) return [{ path: at, column: field }]
    if (is(field, SQL) || is(field, SQL.Aliased)) return [{ path: at, column: undefined }]
    return leavesOf(is(field, Table) ? getTableColumns(field) : (field as Record<string, unknown>), at)
  })
}

/** A row as SQL that makes a JSON object of it, from values named `c0`, `c1`, … in the order of the leaves. */
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
 * JSON columns go in as they are. Seventeen digits give every number back as it was; json_object() would write fifteen.
 * @throws Error for a kind of column that nothing is known of here: its values would come otherwise than from Drizzle
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

/** Reads the rows out of the text that the database made of them. */
export function rowsFromJson(leaves: Leaf[]): (text: string) => unknown[] {
  const mends = [...leaves.flatMap(mendOf), ...joinsOf(leaves)]
  return (text) => {
    const rows = JSON.parse(text) as Row[]
    for (const mend of mends) for (const row of rows) mend(row)
    return rows
  }
}

/** What JSON of the database has other than a row of Drizzle's. */
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

/** A table that a join found no row of is null: one of its columns is that never is null. */
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

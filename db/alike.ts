import type { InStatement, InValue, ResultSet, Row } from '@libsql/client'
import { resultOf, rowClassOf } from './rows.ts'

// To prepare a statement takes a libSQL server several times as long as to run it, and it prepares each anew. So
// selects of one turn that differ in their values only are sent as one, which runs for each of the lists of values.

/** Selects known to be worth it, with their columns; null for those that are not, or that cannot be combined. */
const known = new Map<string, string[] | null>()
const KNOWN_MAX = 1000
/** In UTF-16 units: a large answer costs more as JSON than its statement. */
const LARGE = 8192
const FEW_ROWS = 16

type One = { sql: string; args: InValue[]; place: number }
type Combined = { statement: InStatement; of: One[]; columns: string[] | undefined }

/** The statements of one turn; `split` returns their results as if each had been sent by itself. */
export type Turn = {
  statements: InStatement[]
  split(results: (ResultSet | Error)[]): (ResultSet | Error)[]
  /** Texts that are combined here, not to be combined again after an error. */
  refuse(): void
  /** Whether some of them are combined. */
  readonly combined: boolean
}

/** Combines the selects that are alike. */
export function turnOf(statements: InStatement[]): Turn {
  const parts = partsOf(statements)
  return {
    statements: parts.map(({ statement }) => statement),
    combined: parts.length < statements.length,
    refuse() {
      for (const { of, columns } of parts) if (columns) remember(of[0]?.sql ?? '', null)
    },
    split(results) {
      const all: (ResultSet | Error)[] = []
      for (const [i, { of, columns }] of parts.entries()) {
        const result = results[i] as ResultSet | Error
        if (result instanceof Error) for (const { place } of of) all[place] = result
        else if (columns) splitOne(all, of, columns, result)
        else for (const { place, sql } of of) all[place] = learned(sql, result)
      }
      return all
    },
  }
}

function partsOf(statements: InStatement[]): Combined[] {
  const parts: Combined[] = []
  const open = new Map<string, Combined>()
  for (const [place, statement] of statements.entries()) {
    const { sql, args = [] } = typeof statement === 'string' ? { sql: statement } : statement
    const columns = known.get(sql)
    if (!columns || !Array.isArray(args) || !args.every(isPlain)) {
      parts.push({ statement, of: [{ sql, args: [], place }], columns: undefined })
      continue
    }
    const one = { sql, args, place }
    const part = open.get(sql)
    if (part) part.of.push(one)
    else {
      const made: Combined = { statement, of: [one], columns: undefined }
      parts.push(made)
      open.set(sql, made)
    }
  }
  for (const [sql, part] of open) {
    const columns = known.get(sql)
    if (part.of.length === 1 || !columns) continue
    part.columns = columns
    part.statement = {
      sql: forEach(sql, columns),
      args: [JSON.stringify(part.of.map(({ args }) => args.map(asJson)))],
    }
  }
  return parts
}

const isPlain = (value: InValue) =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
const asJson = (value: InValue) => (typeof value === 'boolean' ? Number(value) : value)

const combinedTexts = new Map<string, string>()

/** A select that runs another for each list of values in an array of JSON. */
function forEach(sql: string, columns: string[]): string {
  const made = combinedTexts.get(sql) ?? textFor(sql, columns.length)
  if (combinedTexts.size < KNOWN_MAX) combinedTexts.set(sql, made)
  return made
}

function textFor(sql: string, width: number): string {
  let place = 0
  const inner = sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\?(\d+)?/g, (found, number?: string) => {
    if (!found.startsWith('?')) return found
    return `(kitt_each.value ->> ${number === undefined ? place++ : Number(number) - 1})`
  })
  const names = Array.from({ length: width }, (_, i) => `c${i}`)
  const columns = names.join(', ')
  const types = names.map((name) => `typeof(${name})`).join(', ')
  const digits = names.map((name) => `CASE typeof(${name}) WHEN 'real' THEN printf('%!.17g', ${name}) END`)
  const reals = `json(CASE WHEN 'real' IN (${types}) THEN json_array(${digits.join(', ')}) ELSE 'null' END)`
  return `SELECT kitt_each.key, (SELECT json_group_array(json_array(${columns}, ${reals})) FROM
    (WITH kitt_found(${columns}) AS (${inner}) SELECT * FROM kitt_found)) FROM json_each(?) AS kitt_each`
}

/** The values of a row: JSON has 15 digits of a number with a fraction, which stands behind them with 17, exact. */
function exact(values: unknown[]): unknown[] {
  const reals = values.pop() as (string | null)[] | null
  return reals ? values.map((value, i) => (reals[i] ? Number(reals[i]) : value)) : values
}

function splitOne(all: (ResultSet | Error)[], of: One[], columns: string[], result: ResultSet) {
  const RowClass = rowClassOf(columns)
  for (const row of result.rows) {
    const one = of[Number(row[0])] as One
    const text = String(row[1])
    if (text.length > LARGE) known.set(one.sql, null)
    const rows = (JSON.parse(text) as unknown[][]).map((values): Row => new RowClass(exact(values)))
    all[one.place] = resultOf(columns, rows)
  }
}

/** A value that is given as LIMIT cannot come from another table. */
const CANNOT = /\b(limit|offset)\s+\?/i

function learned(sql: string, result: ResultSet): ResultSet {
  if (known.has(sql) || !/^\s*select\b/i.test(sql) || result.columns.length === 0) return result
  const small =
    result.rows.length <= FEW_ROWS && result.rows.every((row) => isSmall(row, result.columns.length))
  remember(sql, small && !CANNOT.test(sql) && sql.includes('?') ? result.columns : null)
  return result
}

function isSmall(row: Row, width: number): boolean {
  let size = 0
  for (let i = 0; i < width; i++) {
    const value = row[i]
    if (value instanceof ArrayBuffer) return false
    // Few are worth their digits.
    if (typeof value === 'number' && !Number.isSafeInteger(value)) return false
    if (typeof value === 'string') size += value.length
  }
  return size <= LARGE
}

function remember(sql: string, columns: string[] | null) {
  if (known.size >= KNOWN_MAX) known.delete(known.keys().next().value ?? '')
  known.set(sql, columns)
}

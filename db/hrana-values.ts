import type { InArgs, InStatement, InValue, ResultSet, Value } from '@libsql/client'
import { resultOf, rowClassOf } from './rows.ts'

// The JSON of Hrana 2, the protocol of libSQL servers.

type HranaValue =
  | { type: 'null' }
  | { type: 'integer'; value: string }
  | { type: 'float'; value: number }
  | { type: 'text'; value: string }
  | { type: 'blob'; base64: string }

/** A statement on the wire; its text is sent once per connection and named by `sql_id` from then on. */
export type HranaStatement = {
  sql?: string
  sql_id?: number
  args?: HranaValue[]
  named_args?: { name: string; value: HranaValue }[]
  want_rows: true
}

export type Condition = { type: 'ok'; step: number } | { type: 'not'; cond: Condition }
export type Step = { stmt: HranaStatement; condition?: Condition }

export type HranaError = { message: string; code?: string | null }
export type HranaResult = {
  cols: { name: string | null }[]
  rows: HranaValue[][]
  affected_row_count: number
  last_insert_rowid: string | null
}
export type BatchResult = {
  step_results: (HranaResult | null)[]
  step_errors: (HranaError | null)[]
}

/** A statement's text and its values on the wire. @throws RangeError for a value that no database takes */
export function encoded(statement: InStatement): { sql: string; args: Omit<HranaStatement, 'want_rows'> } {
  if (typeof statement === 'string') return { sql: statement, args: {} }
  return { sql: statement.sql, args: encodedArgs(statement.args ?? []) }
}

function encodedArgs(args: InArgs): Omit<HranaStatement, 'want_rows'> {
  if (Array.isArray(args)) return { args: args.map(encodedValue) }
  const named = Object.entries(args)
  return { named_args: named.map(([name, value]) => ({ name, value: encodedValue(value) })) }
}

function encodedValue(value: InValue): HranaValue {
  switch (typeof value) {
    case 'string':
      return { type: 'text', value: value.toWellFormed() }
    case 'number':
      return encodedNumber(value)
    case 'bigint':
      return { type: 'integer', value: String(value) }
    case 'boolean':
      return { type: 'integer', value: value ? '1' : '0' }
  }
  if (value === null) return { type: 'null' }
  if (value instanceof Uint8Array) return { type: 'blob', base64: base64Of(value) }
  if (value instanceof ArrayBuffer) return { type: 'blob', base64: base64Of(new Uint8Array(value)) }
  if (value instanceof Date) return encodedNumber(value.valueOf())
  throw new RangeError(`The database does not take ${String(value)}.`)
}

function encodedNumber(value: number): HranaValue {
  if (!Number.isFinite(value)) throw new RangeError(`The database does not take ${value}.`)
  // Minus zero is a float.
  return Number.isSafeInteger(value) && !Object.is(value, -0)
    ? { type: 'integer', value: String(value) }
    : { type: 'float', value }
}

function decodedValue(value: HranaValue): Value {
  switch (value.type) {
    case 'null':
      return null
    case 'integer':
      return decodedInteger(value.value)
    case 'blob':
      return bytesOf(value.base64)
    default:
      return value.value
  }
}

function decodedInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`The integer ${text} is too large to be read.`)
  return value
}

type NodeBytes = {
  from(text: string, encoding: 'base64'): Uint8Array<ArrayBuffer>
  from(bytes: ArrayBufferLike, from: number, length: number): { toString(encoding: 'base64'): string }
}

/** Many times faster than the functions of the Web, where the runtime has it. */
const { Buffer: bytesIn } = globalThis as { Buffer?: NodeBytes }

/** Bytes per call: a call takes a limited number of arguments. */
const CHUNK = 32_768

function base64Of(bytes: Uint8Array): string {
  if (bytesIn) return bytesIn.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  let text = ''
  for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK))
  return btoa(text)
}

function bytesOf(base64: string): ArrayBuffer {
  if (bytesIn) return new Uint8Array(bytesIn.from(base64, 'base64')).buffer
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes.buffer
}

export function decoded(result: HranaResult): ResultSet {
  const columns = result.cols.map(({ name }) => name ?? '')
  const info = { changes: result.affected_row_count, lastInsertRowid: result.last_insert_rowid ?? '0' }
  if (columns.length === 0) return resultOf(columns, [], info)
  const RowClass = rowClassOf(columns)
  const rows = result.rows.map((row) => new RowClass(row.map(decodedValue)))
  return resultOf(columns, rows, info)
}

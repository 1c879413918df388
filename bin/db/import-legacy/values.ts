import type { Row } from '@libsql/client'
import { object } from '../../../lib/loose.ts'

/** A column as text; empty if it is null or missing in an older version. */
export const text = (row: Row, key: string): string => {
  const value = row[key]
  return value === null || value === undefined ? '' : String(value)
}

/** A column as a number; null if it is none. */
export const number = (row: Row, key: string): number | null => {
  const value = row[key]
  const n = typeof value === 'number' ? value : Number.parseFloat(text(row, key))
  return Number.isFinite(n) ? n : null
}

/** The JSON value of a column; undefined if it is invalid. */
export function json(row: Row, key: string): unknown {
  try {
    return JSON.parse(text(row, key))
  } catch {
    return undefined
  }
}

/** The JSON object of a column; an empty one if it is invalid. */
export function jsonObject(row: Row, key: string): Record<string, unknown> {
  return object(json(row, key))
}

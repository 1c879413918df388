import type { Orm } from '../../db/database.ts'
import { query, type Sql, sql } from '../../db/sql.ts'
import { nextTurn } from '../turns.ts'
import { asBytes, type Bytes } from './bytes.ts'

/** A part of a stored text, and the bytes of the whole. */
export type Slice = { bytes: Uint8Array<ArrayBuffer>; size: number }

/**
 * In bytes: what is read of a large document at once where it is sent on as it is. In one go, SQLite and the driver
 * would hold it four times; but each slice takes the time of the whole.
 */
export const SLICE = 4 * 1024 * 1024

/** A slice of a document. @param body an expression of the table `documents`. @returns nothing if there is none */
export async function readSlice(read: Orm, seq: number, body: Sql, at = 0): Promise<Slice | undefined> {
  const [row] = await query<{ slice: Bytes; size: number }>(
    read,
    sql`SELECT substr(CAST(${body} AS BLOB), ${at + 1}, ${SLICE}) AS slice, octet_length(${body}) AS size
      FROM documents WHERE run_seq = ${seq} AND ${body} IS NOT NULL`,
  )
  return row && { bytes: asBytes(row.slice), size: row.size }
}

/** A whole document: it may block the event loop for tens of milliseconds. @returns nothing if there is none */
export async function readWhole(
  read: Orm,
  seq: number,
  body: Sql,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [row] = await query<{ whole: Bytes | null }>(
    read,
    sql`SELECT CAST(${body} AS BLOB) AS whole FROM documents WHERE run_seq = ${seq}`,
  )
  if (!row?.whole) return undefined
  await nextTurn()
  return asBytes(row.whole)
}

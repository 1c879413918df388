import type { Client } from '@libsql/client'

/** A table: its rows, those of the last 24 hours if it has a time column, and its bytes with indexes. */
export type TableSize = { rows: number; last_24_h?: number; bytes?: number }

/** The columns with the time of a row, in epoch milliseconds; a table may have none. */
const TIMES = ['at', 'received_at', 'offered_at', 'created_at']
const DAY_MS = 86_400_000

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/** The size and growth of each table; without bytes if the database does not report them. */
export async function tableSizes(client: Client, names: string[]): Promise<Record<string, TableSize>> {
  const ask = async (sql: string) => (await client.execute(sql)).rows
  const bytes = await ask(
    'SELECT tbl_name, sum(pgsize) AS bytes FROM dbstat JOIN sqlite_master USING (name) GROUP BY tbl_name',
  ).catch(() => [])
  const sizes: [string, TableSize][] = []
  for (const name of names) {
    const columns = (await ask(`PRAGMA table_info(${quoted(name)})`)).map((row) => String(row['name']))
    const time = TIMES.find((one) => columns.includes(one))
    const fresh = time ? `, coalesce(sum(${time} > ${Date.now() - DAY_MS}), 0) AS fresh` : ''
    const row = (await ask(`SELECT count(*) AS n${fresh} FROM ${quoted(name)}`))[0]
    const size = bytes.find((one) => one['tbl_name'] === name)?.['bytes']
    sizes.push([
      name,
      {
        rows: Number(row?.['n'] ?? 0),
        ...(time ? { last_24_h: Number(row?.['fresh']) } : {}),
        ...(size === undefined ? {} : { bytes: Number(size) }),
      },
    ])
  }
  return Object.fromEntries(sizes)
}

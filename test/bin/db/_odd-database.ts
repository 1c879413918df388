import { type Client, createClient } from '@libsql/client'
import { freshDatabase } from '../../_setup.ts'

/** A database file of KITT with what a careless copy changes: odd texts, blobs, large integers, doubles, gaps. */
export async function oddDatabase(events = 1200): Promise<string> {
  const path = await freshDatabase()
  const db = createClient({ url: `file:${path}`, intMode: 'bigint' })
  const texts = [
    'plain',
    '',
    'a NUL \0 within',
    '\0',
    'é 😀 \u2028',
    '"quoted" \\',
    '﻿with a mark',
    '1234',
    '1e999',
  ]
  for (const [i, text] of texts.entries())
    await db.execute({
      sql: 'INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)',
      args: [`text ${i}`, text, i],
    })
  const numbers = [9007199254740993n, 2n ** 63n - 1n, -(2n ** 63n), 0n]
  for (const [i, n] of numbers.entries())
    await db.execute({
      sql: 'INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)',
      args: [`number ${i}`, '', n],
    })
  // Bytes that are no UTF-8, as a text and as a blob; a time that is none.
  await db.execute("INSERT INTO settings VALUES ('bytes', CAST(x'ff00c328' AS TEXT), 1)")
  await db.execute("INSERT INTO settings VALUES ('blob', x'00ff00', 'never')")
  await db.execute("DELETE FROM settings WHERE key = 'text 3'")
  await db.execute(
    "INSERT INTO runs (id, model, engine, suite_name, timestamp, simulated, digest, received_at) VALUES ('r', 'm', 'e', 's', 0, 0, 'd', 0)",
  )
  await db.execute({
    sql: 'INSERT INTO documents VALUES (1, ?, ?, NULL)',
    args: ['x'.repeat(1_200_000), '}'],
  })
  for (const value of [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -0.5, 3])
    await db.execute({ sql: "INSERT INTO metrics VALUES (1, 'b', 1, 'n', ?, 0, NULL)", args: [value] })
  await writeEvents(db, events)
  await db.execute('DELETE FROM events WHERE id % 7 = 0')
  // The last of the ids is of a row that is gone.
  await db.execute("UPDATE sqlite_sequence SET seq = 5000000000 WHERE name = 'runs'")
  db.close()
  return path
}

export const writeEvents = (db: Client, count: number) =>
  db.execute({
    sql: `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
      INSERT INTO events (type, source_id, data, at) SELECT 'log', 's' || i, printf('{"line":"%d"}', i), i FROM n`,
    args: [count],
  })

/** Every value of every table with its type and bytes, and the state of AUTOINCREMENT. */
export async function contents(db: Client): Promise<Record<string, unknown[]>> {
  const names = (await db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).rows
  const found: Record<string, unknown[]> = {}
  for (const row of names) {
    const name = String(row['name'])
    const known = name.startsWith('sqlite_') ? "''" : 'rowid'
    const { rows: columns } = await db.execute(`PRAGMA table_info("${name}")`)
    const values = columns.map((column) => {
      const quoted = `"${String(column['name'])}"`
      return `typeof(${quoted}) || ':' || hex(CAST(${quoted} AS BLOB))`
    })
    const { rows } = await db.execute(
      `SELECT ${[known, ...values].join(" || ' ' || ")} AS v FROM "${name}" ORDER BY rowid`,
    )
    const all = rows.map(({ v }) => v)
    // Those of SQLite itself have no order.
    found[name] = name.startsWith('sqlite_') ? all.sort() : all
  }
  const schema = await db.execute(
    "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name",
  )
  found['schema'] = schema.rows.map(({ name, sql }) => [name, sql])
  return found
}

/** The contents of a database file. */
export async function contentsOf(path: string) {
  const db = createClient({ url: `file:${path}` })
  try {
    return await contents(db)
  } finally {
    db.close()
  }
}

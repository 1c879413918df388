import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LocalClient } from '../../db/local.ts'
import { openDatabase } from '../../db/open.ts'
import { temporaryFolder } from '../_setup.ts'

const MANY = 100_000

/** A database as the first release made it, with many results. */
async function firstRelease(): Promise<string> {
  const path = join(temporaryFolder(), 'kitt.db')
  const client = new LocalClient(path)
  const text = readFileSync('db/migrations/0000_start.sql', 'utf8')
  await client.execute('PRAGMA journal_mode=WAL')
  for (const statement of text.split('--> statement-breakpoint')) await client.execute(statement)
  const { entries } = JSON.parse(readFileSync('db/migrations/meta/_journal.json', 'utf8'))
  await client.execute(
    'CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)',
  )
  await client.execute('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)', [
    createHash('sha256').update(text).digest('hex'),
    entries[0].when,
  ])
  await client.execute(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})
    INSERT INTO runs (id, model, engine, suite_name, timestamp, simulated, digest, received_at)
    SELECT 'r' || i, 'm', 'vllm', 'quick', i, 0, 'd' || i, i FROM n`)
  client.close()
  return path
}

test('a database of the first release with 100,000 results is brought up to date within seconds, as it was', async () => {
  const path = await firstRelease()
  const started = performance.now()
  const db = await openDatabase({ url: `file:${path}` })
  expect(performance.now() - started).toBeLessThan(5000)
  const [row] = (
    await db.reader.execute('SELECT count(*) n, sum(timestamp) s, count(clock_offset_ms) c FROM runs')
  ).rows
  expect(row).toMatchObject({ n: MANY, s: (MANY * (MANY + 1)) / 2, c: 0 })
  db.close()
})

import type { Client } from '@libsql/client'
import { SEEDED_METRICS, seededDocument, seededValue } from './seed-documents.ts'

/** One result a minute, the newest at `until` (epoch ms). */
export type SeedOptions = { results: number; until?: number; models?: number }

const CHUNK = 10_000

/**
 * Fills a migrated database with results, their documents of about 3 KB and 12 metrics each, by SQL alone.
 * The same options make the same rows. Metrics depend on the model.
 * @returns names for filters
 */
export async function seedResults(client: Client, options: SeedOptions) {
  const { results, until = Date.UTC(2026, 0, 15), models = 20 } = options
  const rebuild = await withoutIndexes(client)
  for (let from = 1; from <= results; from += CHUNK) {
    const to = Math.min(from + CHUNK - 1, results)
    await client.batch(
      [runRows(from, to, results, until, models), ...metricRows(from, to), documentRows(from, to)],
      'write',
    )
  }
  await client.batch(rebuild, 'write')
  return { model: 'lab/model-03', engine: 'engine-1', agent_id: 'agent-4', campaign_id: 'campaign-2', until }
}

/** Drops the indexes of the largest table; building them once at the end is many times faster. */
async function withoutIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.execute(
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'metrics'",
  )
  await client.batch(
    rows.map((row) => `DROP INDEX ${row['name']}`),
    'write',
  )
  return rows.map((row) => String(row['sql']))
}

const numbers = (from: number, to: number) =>
  `WITH RECURSIVE n(seq) AS (SELECT ${from} UNION ALL SELECT seq + 1 FROM n WHERE seq < ${to})`

/** A whole number below `limit` that depends only on the row and `salt`. */
const pick = (limit: number, salt: number) =>
  `(((n.seq * ${(salt * 15485863 + 48271) % 2147483647} + ${salt}) % 2147483647) / 1009 % ${limit})`

const runRows = (from: number, to: number, results: number, until: number, models: number) => `
  INSERT INTO runs (seq, id, model, engine, suite_name, timestamp, passed, gpu_model, agent_id, campaign_id,
    simulated, digest, received_at)
  ${numbers(from, to)}
  SELECT seq, printf('%016x', seq), printf('lab/model-%02d', ${pick(models, 1)}), 'engine-' || ${pick(5, 2)},
    CASE ${pick(2, 3)} WHEN 0 THEN 'quick' ELSE 'performance' END, ${until} - (${results} - seq) * 60000,
    ${pick(10, 4)} > 0, 'GPU ' || ${pick(4, 5)}, 'agent-' || ${pick(10, 6)}, 'campaign-' || (seq / 100),
    ${pick(20, 7)} = 0, printf('%064x', seq), ${until} - (${results} - seq) * 60000 + 1000
  FROM n`

const metricRows = (from: number, to: number) =>
  SEEDED_METRICS.map(
    (name) => `
  INSERT INTO metrics (run_seq, benchmark, run_number, name, value, headline, model)
  SELECT seq, 'throughput', 1, '${name}', ${seededValue(name)}, 1, model FROM runs WHERE seq BETWEEN ${from} AND ${to}`,
  )

const documentRows = (from: number, to: number) => `
  INSERT INTO documents (run_seq, head, tail)
  SELECT seq, ${seededDocument()}, ${TAIL} FROM runs WHERE seq BETWEEN ${from} AND ${to}`

/** KITT's fields of a stored result. */
const TAIL = `',' || substr(json_object('id', id, 'agent_id', agent_id, 'quick_test_id', quick_test_id,
    'campaign_id', campaign_id, 'received_at', strftime('%Y-%m-%dT%H:%M:%SZ', received_at / 1000, 'unixepoch'),
    'simulated', json(iif(simulated, 'true', 'false'))), 2)`

import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { temporaryFolder } from '../_setup.ts'

type Values = Record<string, string | number | null>
export type Tables = Record<string, Values[]>

/** The columns as the Python system wrote them; text unless told otherwise. */
const COLUMNS: Record<string, string> = {
  schema_version: "version INTEGER, applied_at TEXT DEFAULT (datetime('now'))",
  runs: 'id TEXT PRIMARY KEY, model, engine, suite_name, timestamp, passed INTEGER, total_benchmarks INTEGER, passed_count INTEGER, failed_count INTEGER, total_time_seconds REAL, kitt_version, raw_json TEXT, created_at',
  agents:
    'id TEXT PRIMARY KEY, name TEXT UNIQUE, hostname, port INTEGER, token, token_hash, token_prefix, status, gpu_info, gpu_count INTEGER, cpu_info, cpu_arch, ram_gb INTEGER, environment_type, fingerprint, kitt_version, hardware_details, last_heartbeat, registered_at, notes, tags',
  agent_settings: 'id INTEGER PRIMARY KEY AUTOINCREMENT, agent_id, key, value',
  web_campaigns:
    'id TEXT PRIMARY KEY, name, description, config_json, status, agent_id, created_at, started_at, completed_at, total_runs INTEGER, succeeded INTEGER, failed INTEGER, skipped INTEGER, error',
  campaign_logs: 'id INTEGER PRIMARY KEY AUTOINCREMENT, campaign_id, line, created_at',
  quick_tests:
    'id TEXT PRIMARY KEY, agent_id, model_path, engine_name, benchmark_name, suite_name, status, created_at, started_at, completed_at, result_id, error, command_id, engine_mode, profile_id',
  quick_test_logs: 'id INTEGER PRIMARY KEY AUTOINCREMENT, test_id, line, created_at',
  engine_profiles:
    'id TEXT PRIMARY KEY, name TEXT UNIQUE, engine, mode, description, build_config, runtime_config, created_at, updated_at',
  agent_engines:
    'id INTEGER PRIMARY KEY AUTOINCREMENT, agent_id, engine, mode, version, binary_path, status, last_checked',
  web_settings: 'key TEXT PRIMARY KEY, value',
}

type Old = {
  version?: number
  columns?: Record<string, string>
  /** By force, what it wrote last is in the log beside the file. */
  stopped?: 'cleanly' | 'by force'
}

/**
 * A database as the Python system left it, in WAL mode, with these rows.
 *
 * A copy: what was open when it was made writes the log back and removes it at some time after it was closed.
 * @returns its path
 */
export async function pythonDatabase(
  tables: Tables,
  { version = 11, columns = COLUMNS, stopped = 'cleanly' }: Old = {},
): Promise<string> {
  const written = join(temporaryFolder(), 'old.db')
  const db = createClient({ url: `file:${written}` })
  await db.execute('PRAGMA journal_mode=WAL')
  for (const [name, spec] of Object.entries(columns)) await db.execute(`CREATE TABLE ${name} (${spec})`)
  for (const [name, rows] of Object.entries({ schema_version: [{ version }], ...tables })) {
    for (const row of rows) {
      const keys = Object.keys(row)
      const sql = `INSERT INTO ${name} (${keys.join(', ')}) VALUES (${keys.map(() => '?').join(', ')})`
      await db.execute({ sql, args: Object.values(row) })
    }
  }
  const left = join(temporaryFolder(), 'old.db')
  if (stopped === 'cleanly') await db.execute('PRAGMA wal_checkpoint(TRUNCATE)')
  else copyFileSync(`${written}-wal`, `${left}-wal`)
  copyFileSync(written, left)
  db.close()
  return left
}

/** The same as schema version 5 had it: fewer columns, fewer tables. */
export const OLD_COLUMNS: Record<string, string> = {
  schema_version: COLUMNS['schema_version'] as string,
  runs: COLUMNS['runs'] as string,
  agents:
    'id TEXT PRIMARY KEY, name TEXT UNIQUE, hostname, port INTEGER, token, status, last_heartbeat, registered_at, tags',
  quick_tests:
    'id TEXT PRIMARY KEY, agent_id, model_path, engine_name, benchmark_name, suite_name, status, created_at, started_at, completed_at, result_id, error',
}

/** A result document as Python writes it, spaces and all. */
export const document = (model: string, fingerprint = 'fp') =>
  `{"model": "${model}", "engine": "vllm", "suite_name": "quick", "timestamp": "2026-01-01T00:00:00", "passed": true, "results": [{"test_name": "throughput", "run_number": 1, "metrics": {"avg_tps": 91.0, "ttft_ms": {"p99": 88.0}}, "outputs": ["caf\\u00e9"]}], "system_info": {"gpu": {"model": "RTX 4090"}, "fingerprint": "${fingerprint}"}}`

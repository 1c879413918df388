import { sha256 } from '../../app/server/runtime.ts'
import { importLegacy } from '../../bin/db/import-legacy/import.ts'
import { createTestApp } from '../_setup.ts'
import { pythonDatabase, type Tables } from './_python.ts'

/** A fresh server into which a database of the Python system was brought. */
export async function imported(tables: Tables, timezone = 'UTC') {
  const app = await createTestApp()
  const path = await pythonDatabase(tables)
  const bring = () => importLegacy(app.deps, { path, timezone })
  return { ...app, path, bring, report: await bring() }
}

/** An agent that has a token. */
export const agent = (id: string, name: string, more: Tables[string][number] = {}) => ({
  id,
  name,
  hostname: `${name}.lan`,
  port: 8090,
  token: '',
  token_hash: sha256(`token-of-${name}`),
  token_prefix: 'token-of',
  status: 'online',
  gpu_info: 'RTX 4090',
  gpu_count: 1,
  ram_gb: 64,
  last_heartbeat: '2026-01-15T12:00:00.123456',
  registered_at: '2026-01-01T00:00:00',
  notes: 'rack 3',
  tags: '[]',
  ...more,
})

export const quickTest = (
  id: string,
  agent_id: string,
  status: string,
  more: Tables[string][number] = {},
) => ({
  id,
  agent_id,
  model_path: '/models/a',
  engine_name: 'vllm',
  benchmark_name: 'throughput',
  suite_name: 'quick',
  status,
  created_at: '2026-01-10T10:00:00',
  started_at: status === 'queued' ? '' : '2026-01-10T10:00:05',
  completed_at: ['queued', 'running'].includes(status) ? '' : '2026-01-10T10:01:00',
  result_id: null,
  error: '',
  command_id: `c-${id}`,
  engine_mode: 'docker',
  profile_id: '',
  ...more,
})

import { describe, expect, test } from 'vitest'
import { furnished } from './_routes.ts'

const test0 = { agent_id: 'a', model_path: 'm', engine_name: 'vllm' }
const registration = { name: 'new-one', hostname: 'h' }
const report = { command_id: 'c', status: 'completed', result_data: { model: 'm', engine: 'e' } }

/** Requests that are right but for one field: its path, and a value that it does not take. */
const table: [string, string, object, string, unknown][] = [
  ['POST', '/api/v1/agents/register', registration, 'name', ''],
  ['POST', '/api/v1/agents/register', registration, 'name', '   '],
  ['POST', '/api/v1/agents/register', registration, 'name', 'two\nlines'],
  ['POST', '/api/v1/agents/register', registration, 'name', 'nul\0'],
  ['POST', '/api/v1/agents/register', registration, 'name', '\ud800'],
  ['POST', '/api/v1/agents/register', registration, 'port', '80'],
  ['POST', '/api/v1/agents/register', registration, 'gpu_count', 1.5],
  ['POST', '/api/v1/agents/register', registration, 'ram_gb', -1],
  ['POST', '/api/v1/agents/:id/heartbeat', {}, 'uptime_s', 'long'],
  ['POST', '/api/v1/agents/:id/results', report, 'result_data.model', { engine: 'e' }],
  ['POST', '/api/v1/agents/:id/results', report, 'result_data.engine', { model: 'm', engine: '' }],
  ['POST', '/api/v1/agents/:id/results', report, 'result_data', []],
  ['POST', '/api/v1/agents/provision', {}, 'port', 0],
  ['POST', '/api/v1/agents/provision', {}, 'unknown', 1],
  ['POST', '/api/v1/agents/virtual', {}, 'unknown', 1],
  ['POST', '/api/v1/agents/:id/cleanup', {}, 'unknown', 1],
  ['PATCH', '/api/v1/agents/:id', {}, 'tags', 'x'],
  ['PATCH', '/api/v1/agents/:id', {}, 'schedulable', 'false'],
  ['PATCH', '/api/v1/agents/:id', {}, 'name', 'renamed'],
  ['PUT', '/api/v1/agents/:id/settings', {}, 'heartbeat_interval_s', '9'],
  ['PUT', '/api/v1/agents/:id/settings', {}, 'heartbeat_interval_s', '301'],
  ['PUT', '/api/v1/agents/:id/settings', {}, 'heartbeat_interval_s', 30],
  ['PUT', '/api/v1/agents/:id/settings', {}, 'heartbeat_interval_s', '30.5'],
  ['PUT', '/api/v1/agents/:id/settings', {}, 'auto_cleanup', 'yes'],
  ['PUT', '/api/v1/agents/:id/settings', {}, 'unknown', 'x'],
  ['POST', '/api/v1/quicktest', test0, 'agent_id', ''],
  ['POST', '/api/v1/quicktest', test0, 'model_path', ''],
  ['POST', '/api/v1/quicktest', test0, 'model_path', '--trust-remote-code'],
  ['POST', '/api/v1/quicktest', test0, 'engine_name', '-v'],
  ['POST', '/api/v1/quicktest', test0, 'engine_mode', 'cloud'],
  ['POST', '/api/v1/quicktest', test0, 'options', []],
  ['POST', '/api/v1/quicktest', test0, 'force', 1],
  ['POST', '/api/v1/quicktest', test0, 'unknown', 1],
  ['POST', '/api/v1/quicktest/:id/status', { status: 'running' }, 'status', 'queued'],
  ['POST', '/api/v1/quicktest/:id/status', { status: 'running' }, 'status', 'cancelled'],
  ['POST', '/api/v1/quicktest/:id/status', { status: 'running' }, 'progress', { done: 1 }],
]

describe('a field of a wrong type or form is named in a 400', () => {
  for (const route of new Set(table.map(([method, path]) => `${method} ${path}`))) {
    test(route, async () => {
      const { app, fill } = await furnished()
      for (const [method, path, right, field, value] of table) {
        if (`${method} ${path}` !== route) continue
        const [top = ''] = field.split('.')
        const { status, body } = await app.call(method, fill(path), { ...right, [top]: value })
        const shown = `${field} = ${JSON.stringify(value).slice(0, 40)} → ${JSON.stringify(body).slice(0, 300)}`
        expect(status, shown).toBe(400)
        const named: string[] = body.details.map((detail: { path: string }) => detail.path)
        expect(
          named.some((at) => at === field || at.startsWith(`${field}.`)),
          shown,
        ).toBe(true)
        expect(body.error, shown).toContain(top)
        expect(JSON.stringify(body).length).toBeLessThan(3000)
      }
    })
  }
})

import { describe, expect, test } from 'vitest'
import { furnished } from './_routes.ts'

const x = (n: number) => 'x'.repeat(n)
const test0 = { agent_id: 'a', model_path: 'm', engine_name: 'vllm' }
const registration = { name: 'new-one', hostname: 'h' }
const report = { command_id: 'c', status: 'completed', result_data: { model: 'm', engine: 'e' } }

/** Requests that are right but for one field: its path, and a value just beyond what it takes. */
const table: [string, string, object, string, unknown][] = [
  ['POST', '/api/v1/agents/register', registration, 'name', x(201)],
  ['POST', '/api/v1/agents/register', registration, 'name', ''],
  ['POST', '/api/v1/agents/register', registration, 'name', '   '],
  ['POST', '/api/v1/agents/register', registration, 'name', 'two\nlines'],
  ['POST', '/api/v1/agents/register', registration, 'name', 'nul\0'],
  ['POST', '/api/v1/agents/register', registration, 'name', '\ud800'],
  ['POST', '/api/v1/agents/register', registration, 'hostname', x(256)],
  ['POST', '/api/v1/agents/register', registration, 'port', 65_536],
  ['POST', '/api/v1/agents/register', registration, 'port', '80'],
  ['POST', '/api/v1/agents/register', registration, 'gpu_info', x(2001)],
  ['POST', '/api/v1/agents/register', registration, 'gpu_count', 1025],
  ['POST', '/api/v1/agents/register', registration, 'gpu_count', 1.5],
  ['POST', '/api/v1/agents/register', registration, 'cpu_arch', x(101)],
  ['POST', '/api/v1/agents/register', registration, 'ram_gb', -1],
  ['POST', '/api/v1/agents/register', registration, 'fingerprint', x(501)],
  ['POST', '/api/v1/agents/register', registration, 'kitt_version', x(101)],
  ['POST', '/api/v1/agents/register', registration, 'capabilities', Array(101).fill('x')],
  ['POST', '/api/v1/agents/register', registration, 'capabilities.0', [x(101)]],
  ['POST', '/api/v1/agents/register', registration, 'hardware_details', x(64 * 1024 + 1)],
  ['POST', '/api/v1/agents/:id/heartbeat', {}, 'uptime_s', 'long'],
  ['POST', '/api/v1/agents/:id/heartbeat', {}, 'current_task', x(501)],
  ['POST', '/api/v1/agents/:id/heartbeat', {}, 'engines', Array(101).fill({ engine: 'x' })],
  ['POST', '/api/v1/agents/:id/heartbeat', {}, 'engines.0.engine', [{ engine: x(101) }]],
  ['POST', '/api/v1/agents/:id/heartbeat', {}, 'engines.0.version', [{ engine: 'x', version: x(201) }]],
  ['POST', '/api/v1/agents/:id/heartbeat', {}, 'acks', Array(1001).fill('x')],
  ['POST', '/api/v1/agents/:id/heartbeat', {}, 'active', Array(1001).fill('x')],
  ['POST', '/api/v1/agents/:id/heartbeat', {}, 'boot_id', x(101)],
  ['POST', '/api/v1/agents/:id/results', report, 'command_id', x(129)],
  ['POST', '/api/v1/agents/:id/results', report, 'error', x(64 * 1024 + 1)],
  ['POST', '/api/v1/agents/:id/results', report, 'container_id', x(201)],
  ['POST', '/api/v1/agents/:id/results', report, 'result_data.model', { model: x(501), engine: 'e' }],
  ['POST', '/api/v1/agents/:id/results', report, 'result_data.model', { engine: 'e' }],
  ['POST', '/api/v1/agents/:id/results', report, 'result_data.engine', { model: 'm', engine: '' }],
  ['POST', '/api/v1/agents/:id/results', report, 'result_data', []],
  ['POST', '/api/v1/agents/provision', {}, 'name', x(201)],
  ['POST', '/api/v1/agents/provision', {}, 'port', 0],
  ['POST', '/api/v1/agents/provision', {}, 'port', 65_536],
  ['POST', '/api/v1/agents/provision', {}, 'unknown', 1],
  ['POST', '/api/v1/agents/virtual', {}, 'name', x(201)],
  ['POST', '/api/v1/agents/virtual', {}, 'unknown', 1],
  ['POST', '/api/v1/agents/:id/cleanup', {}, 'model_path', x(1001)],
  ['POST', '/api/v1/agents/:id/cleanup', {}, 'unknown', 1],
  ['PATCH', '/api/v1/agents/:id', {}, 'notes', x(10_001)],
  ['PATCH', '/api/v1/agents/:id', {}, 'tags', Array(101).fill('x')],
  ['PATCH', '/api/v1/agents/:id', {}, 'tags', 'x'],
  ['PATCH', '/api/v1/agents/:id', {}, 'tags.0', [x(101)]],
  ['PATCH', '/api/v1/agents/:id', {}, 'schedulable', 'false'],
  ['PATCH', '/api/v1/agents/:id', {}, 'name', 'renamed'],
  ['PUT', '/api/v1/agents/:id/settings', {}, 'heartbeat_interval_s', '9'],
  ['PUT', '/api/v1/agents/:id/settings', {}, 'heartbeat_interval_s', '301'],
  ['PUT', '/api/v1/agents/:id/settings', {}, 'heartbeat_interval_s', 30],
  ['PUT', '/api/v1/agents/:id/settings', {}, 'heartbeat_interval_s', '30.5'],
  ['PUT', '/api/v1/agents/:id/settings', {}, 'auto_cleanup', 'yes'],
  ['PUT', '/api/v1/agents/:id/settings', {}, 'model_storage_dir', x(1001)],
  ['PUT', '/api/v1/agents/:id/settings', {}, 'kitt_image', x(501)],
  ['PUT', '/api/v1/agents/:id/settings', {}, 'unknown', 'x'],
  ['POST', '/api/v1/quicktest', test0, 'agent_id', x(129)],
  ['POST', '/api/v1/quicktest', test0, 'agent_id', ''],
  ['POST', '/api/v1/quicktest', test0, 'model_path', x(1001)],
  ['POST', '/api/v1/quicktest', test0, 'model_path', ''],
  ['POST', '/api/v1/quicktest', test0, 'model_path', '--trust-remote-code'],
  ['POST', '/api/v1/quicktest', test0, 'engine_name', x(101)],
  ['POST', '/api/v1/quicktest', test0, 'engine_name', '-v'],
  ['POST', '/api/v1/quicktest', test0, 'benchmark_name', x(101)],
  ['POST', '/api/v1/quicktest', test0, 'suite_name', x(101)],
  ['POST', '/api/v1/quicktest', test0, 'engine_mode', 'cloud'],
  ['POST', '/api/v1/quicktest', test0, 'profile_id', x(129)],
  ['POST', '/api/v1/quicktest', test0, 'options', []],
  ['POST', '/api/v1/quicktest', test0, 'force', 1],
  ['POST', '/api/v1/quicktest', test0, 'unknown', 1],
  ['POST', '/api/v1/quicktest/:id/status', { status: 'running' }, 'status', 'queued'],
  ['POST', '/api/v1/quicktest/:id/status', { status: 'running' }, 'status', 'cancelled'],
  ['POST', '/api/v1/quicktest/:id/status', { status: 'running' }, 'error', x(64 * 1024 + 1)],
  ['POST', '/api/v1/quicktest/:id/status', { status: 'running' }, 'progress', { done: 1 }],
]

describe('a field just beyond what it takes is named in a 400', () => {
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

describe('a query that is out of range or no number is refused by name', () => {
  const lists = ['/api/v1/agents', '/api/v1/quicktest', '/api/v1/results', '/api/v1/campaigns']
  const bad = [
    'page=0',
    'page=-1',
    'page=x',
    'page=1.5',
    'page=',
    'per_page=0',
    'per_page=101',
    'page=1&page=2',
  ]
  for (const path of lists) {
    test(path, async () => {
      const { app } = await furnished()
      for (const query of bad) {
        const { status, body } = await app.call('GET', `${path}?${query}`)
        expect(status, query).toBe(400)
        expect(body.details[0].path).toBe(query.split('=')[0])
      }
      expect((await app.call('GET', `${path}?page=1000000&per_page=100`)).body.items).toEqual([])
    })
  }
  test('logs: after and limit', async () => {
    const { app, test } = await furnished()
    for (const query of ['after=-1', 'after=x', 'limit=0', 'limit=5001', 'limit=x'])
      expect((await app.call('GET', `/api/v1/quicktest/${test}/logs?${query}`)).status, query).toBe(400)
  })
})

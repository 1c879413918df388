import { expect, test } from 'vitest'
import { importLegacy } from '../../bin/db/import-legacy/import.ts'
import { checkDatabase } from '../../db/check.ts'
import { agent, imported, quickTest } from './_import.ts'
import { document, pythonDatabase } from './_python.ts'

const agents = [agent('a1', 'gpu-1'), agent('a2', 'bare', { token_hash: '' })]
const fetched = async (tests: ReturnType<typeof quickTest>[], more = {}) => {
  const app = await imported({ agents, quick_tests: tests, ...more }, 'America/New_York')
  const get = async (id: string) => (await app.call('GET', `/api/v1/quicktest/${id}`)).body
  return { ...app, get }
}

test('ended tests keep their state, times in UTC and logs; commands are no tests', async () => {
  const { get, call, report } = await fetched(
    [
      quickTest('t1', 'a1', 'completed'),
      quickTest('t2', 'a1', 'failed', { error: 'out of memory' }),
      quickTest('t3', 'a1', 'cancelled'),
      quickTest('t4', 'a1', 'completed', { engine_name: 'cleanup' }),
      quickTest('t5', 'a1', 'completed', { benchmark_name: 'install_engine' }),
    ],
    {
      quick_test_logs: [
        { test_id: 't1', line: 'first', created_at: '2026-01-10 15:00:01' },
        { test_id: 't2', line: 'other', created_at: '2026-01-10 15:00:02' },
        { test_id: 't1', line: 'sec\u001bond', created_at: '2026-01-10 15:00:03' },
        { test_id: 't4', line: 'cleaned', created_at: '2026-01-10 15:00:03' },
      ],
    },
  )
  expect(report.counts.tests).toEqual({ added: 3, present: 0, skipped: 0 })
  expect(report.counts.log_lines.added).toBe(3)
  expect(await get('t1')).toMatchObject({
    status: 'completed',
    agent_name: 'gpu-1',
    engine_mode: 'docker',
    profile_id: null,
    created_at: '2026-01-10T15:00:00.000Z',
    completed_at: '2026-01-10T15:01:00.000Z',
  })
  expect(await get('t2')).toMatchObject({ status: 'failed', error: 'out of memory' })
  expect(await get('t3')).toMatchObject({ status: 'cancelled' })
  expect((await call('GET', '/api/v1/quicktest/t4')).status).toBe(404)
  const { lines } = (await call('GET', '/api/v1/quicktest/t1/logs')).body
  expect(lines).toMatchObject([
    { line: 'first', created_at: '2026-01-10T15:00:01.000Z' },
    { line: 'sec\u001bond', created_at: '2026-01-10T15:00:03.000Z' },
  ])
})

test('open tests of an agent that cannot report are failed, and say why', async () => {
  const { get } = await fetched([
    quickTest('t1', 'a2', 'queued'),
    quickTest('t2', 'a2', 'running'),
    quickTest('t3', 'gone', 'queued'),
  ])
  for (const id of ['t1', 't2', 't3'])
    expect(await get(id), id).toMatchObject({ status: 'failed', error: 'interrupted before the import' })
})

test('a running test is ended by its agent under the ids it knows; a queued one is offered to it afterwards', async () => {
  const { get, call, clock } = await fetched([
    quickTest('t1', 'a1', 'running'),
    quickTest('t2', 'a1', 'queued'),
  ])
  expect(await get('t1')).toMatchObject({ status: 'running' })
  const token = 'token-of-gpu-1'
  const beat = () => call('POST', '/api/v1/agents/a1/heartbeat', { status: 'idle', uptime_s: 9 }, token)
  expect((await beat()).body.commands).toEqual([])
  expect((await call('POST', '/api/v1/quicktest/t1/logs', { line: 'done' }, token)).status).toBe(200)
  expect((await call('POST', '/api/v1/quicktest/t1/status', { status: 'completed' }, token)).status).toBe(200)
  const report = { command_id: 'c-t1', status: 'completed', result_data: { model: 'm', engine: 'vllm' } }
  const { body: accepted } = await call('POST', '/api/v1/agents/a1/results', report, token)
  expect(await get('t1')).toMatchObject({ status: 'completed', result_id: accepted.result_id })
  await clock.advance(30_000)
  expect((await beat()).body.commands).toMatchObject([{ test_id: 't2', type: 'run_test' }])
})

test('of several running tests of one agent one goes on', async () => {
  const { get } = await fetched([quickTest('t1', 'a1', 'running'), quickTest('t2', 'a1', 'running')])
  expect([(await get('t1')).status, (await get('t2')).status]).toEqual(['running', 'failed'])
})

test('what was imported keeps every promise of the database, into a new one and into one in use', async () => {
  const app = await imported({})
  await app.call('POST', '/api/v1/results/import', { model: 'm', engine: 'vllm' })
  const { body: made } = await app.call('POST', '/api/v1/agents/provision', { name: 'own' })
  const asked = { agent_id: made.agent_id, model_path: '/m', engine_name: 'vllm', force: true }
  await app.call('POST', '/api/v1/quicktest', asked)
  await app.clock.advance(1000)
  const states = ['queued', 'dispatched', 'running', 'completed', 'failed', 'cancelled', 'strange']
  const path = await pythonDatabase({
    agents,
    runs: [
      { id: 'r1', model: 'A', engine: 'vllm', timestamp: '2026-01-01T00:00:00', raw_json: document('A') },
    ],
    quick_tests: agents.flatMap(({ id }) =>
      states.map((state) => quickTest(`${id}-${state}`, id, state, { completed_at: '' })),
    ),
    web_campaigns: [
      {
        id: 'k1',
        name: 'k',
        config_json: '{"models":[{"name":"/models/a"}],"engines":["vllm"]}',
        status: 'running',
        agent_id: 'a1',
        created_at: '2026-01-10T09:00:00',
        started_at: '2026-01-10T09:00:00',
      },
    ],
  })
  const report = await importLegacy(app.deps, { path, timezone: 'UTC' })
  expect(report.counts.tests.added + report.counts.tests.skipped).toBeGreaterThanOrEqual(14)
  expect(await checkDatabase(app.deps.db.read)).toEqual([])
})

import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { campaignCells, campaigns, events } from '../../db/schema.ts'
import { agent, imported, quickTest } from './_import.ts'

const config = (models: string[]) =>
  JSON.stringify({
    models: models.map((name) => ({ name, path: `/models/${name}` })),
    engines: [{ name: 'vllm' }],
    benchmarks: ['throughput'],
    kept: 1.0,
  })
const campaign = (id: string, status: string, more = {}) => ({
  id,
  name: `campaign ${id}`,
  description: 'd',
  config_json: config(['a', 'b']),
  status,
  agent_id: 'a1',
  created_at: '2026-01-10T09:00:00',
  started_at: status === 'draft' ? '' : '2026-01-10T09:59:00',
  completed_at: status === 'completed' ? '2026-01-10T11:00:00' : '',
  total_runs: 2,
  succeeded: 0,
  failed: 0,
  skipped: 0,
  error: '',
  ...more,
})

async function cellsAfter(row: ReturnType<typeof campaign>, tests: ReturnType<typeof quickTest>[] = []) {
  const app = await imported({
    agents: [agent('a1', 'gpu-1')],
    web_campaigns: [row],
    quick_tests: tests,
    campaign_logs: [{ campaign_id: row.id, line: 'started', created_at: '2026-01-10 09:59:00' }],
  })
  const { read } = app.deps.db
  const [stored] = await read.select().from(campaigns)
  const cells = await read.select().from(campaignCells).orderBy(campaignCells.idx)
  const log = await read.select().from(events).where(eq(events.source_id, row.id))
  return { ...app, stored, cells, log }
}

test('a campaign keeps its configuration as text, its times and its log', async () => {
  const row = campaign('k1', 'completed', { succeeded: 2 })
  const { stored, log, report } = await cellsAfter(row)
  expect(report.counts.campaigns.added).toBe(1)
  expect(stored).toMatchObject({
    id: 'k1',
    status: 'completed',
    error: null,
    agent_id: 'a1',
    config: row.config_json,
  })
  expect(stored?.started_at).toBe(Date.parse('2026-01-10T09:59:00Z'))
  expect(log.map(({ data }) => JSON.parse(data).line)).toEqual(['started'])
})

test('cells take the state of the test that ran for them, and only of that', async () => {
  const { cells, call } = await cellsAfter(campaign('k1', 'completed', { succeeded: 1, failed: 1 }), [
    quickTest('t0', 'a1', 'completed', { model_path: '/models/a', created_at: '2026-01-09T10:00:00' }),
    quickTest('t1', 'a1', 'completed', { model_path: '/models/a' }),
    quickTest('t2', 'a1', 'failed', { model_path: '/models/b', error: 'boom' }),
    quickTest('t3', 'a1', 'completed', { model_path: '/models/a' }),
  ])
  expect(cells).toMatchObject([
    {
      idx: 0,
      test_id: 't1',
      status: 'completed',
      reason: null,
      spec: { model: 'a', engine: 'vllm', benchmark: 'throughput' },
    },
    { idx: 1, test_id: 't2', status: 'failed', reason: 'boom' },
  ])
  expect((await call('GET', '/api/v1/quicktest?campaign_id=k1')).body.total).toBe(2)
})

test('cells without a test share what the campaign counted', async () => {
  const { cells } = await cellsAfter(campaign('k1', 'completed', { succeeded: 1, skipped: 1 }))
  expect(cells).toMatchObject([
    { status: 'completed', test_id: null },
    { status: 'skipped', test_id: null },
  ])
})

test('a draft has no cells; one that was under way is failed, with the reason', async () => {
  const draft = await cellsAfter(campaign('k1', 'draft'))
  expect(draft.stored).toMatchObject({ status: 'draft', error: null, completed_at: null })
  expect(draft.cells).toEqual([])
  for (const status of ['queued', 'running']) {
    const open = await cellsAfter(campaign('k1', status))
    expect(open.stored).toMatchObject({ status: 'failed', error: 'interrupted before the import' })
    expect(open.cells).toMatchObject([
      { status: 'failed', reason: 'interrupted before the import' },
      { status: 'failed' },
    ])
  }
})

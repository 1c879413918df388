import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { importLegacy } from '../../bin/db/import-legacy/import.ts'
import { rawMembers } from '../../lib/raw-members.ts'
import { createTestApp, temporaryFolder } from '../_setup.ts'
import { agent, imported, quickTest } from './_import.ts'
import { document, OLD_COLUMNS, pythonDatabase } from './_python.ts'

const run = (id: string, raw_json: string, timestamp = '2026-01-01T00:00:00') => ({
  id,
  model: 'm',
  engine: 'vllm',
  timestamp,
  raw_json,
  created_at: '2026-01-01 05:00:00',
})
const runs = [
  run('r1', document('A')),
  run('r2', document('B', 'test-agent-7'), '2026-01-01T00:01:00'),
  run('r3', document('A')),
]

test('results come over under their ids, each document as the text it was', async () => {
  const { app, call, report } = await imported({ runs }, 'America/New_York')
  expect(report.counts.results).toEqual({ added: 3, present: 0, skipped: 0 })
  const response = await app.fetch(new Request('http://test/api/v1/results/r1'))
  const answered = rawMembers(await response.text())
  expect(answered.slice(0, -6)).toEqual(rawMembers(document('A')))
  expect(answered.slice(-6).map(({ key }) => key)).toContain('received_at')
  const { body: list } = await call('GET', '/api/v1/results?sort=timestamp&until=2026-01-01T05:00:30Z')
  expect(list.items.map(({ id }: { id: string }) => id).sort()).toEqual(['r1', 'r3'])
  expect(list.items[0]).toMatchObject({
    simulated: false,
    received_at: '2026-01-01T05:00:00.000Z',
    agent_id: null,
  })
  expect((await call('GET', '/api/v1/results/r2')).body).toMatchObject({ simulated: true })
  expect((await call('GET', '/api/v1/results?sort=-metric:ttft_ms.p99')).body.total).toBe(3)
})

test('a second import adds nothing, and neither does the file of a result', async () => {
  const { bring, call } = await imported({
    runs,
    agents: [agent('a1', 'gpu-1')],
    quick_tests: [quickTest('t1', 'a1', 'queued')],
    quick_test_logs: [{ test_id: 't1', line: 'x', created_at: '2026-01-01 05:00:00' }],
    engine_profiles: [
      { id: 'p1', name: 'fast', engine: 'vllm', runtime_config: '{"a":1}', build_config: 'broken' },
    ],
    web_settings: [{ key: 'model_dir', value: '/models' }],
  })
  const counts = Object.values((await bring()).counts)
  expect(counts.map(({ added }) => added)).toEqual(counts.map(() => 0))
  expect(counts.map(({ present }) => present)).toEqual([1, 1, 1, 3, 1, 0, 1])
  expect((await call('POST', '/api/v1/results/import', JSON.parse(document('A')))).body).toMatchObject({
    created: false,
  })
  expect((await call('GET', '/api/v1/results')).body.total).toBe(3)
})

for (const stopped of ['cleanly', 'by force'] as const) {
  test(`the source of a server that was stopped ${stopped} is read whole and left exactly as it was`, async () => {
    const path = await pythonDatabase({ runs }, { stopped })
    const files = () =>
      readdirSync(dirname(path)).map((name) => [name, readFileSync(join(dirname(path), name))])
    const before = files()
    expect(before).toHaveLength(stopped === 'by force' ? 2 : 1)
    const { deps } = await createTestApp()
    const report = await importLegacy(deps, { path, timezone: 'UTC' })
    expect(report.counts.results).toEqual({ added: 3, present: 0, skipped: 0 })
    expect(files()).toEqual(before)
  })
}

test('a document that cannot be read is left out and named, the others come', async () => {
  const { report } = await imported({ runs: [run('bad', '{"model": '), run('good', document('A'))] })
  expect(report.counts.results).toEqual({ added: 1, present: 0, skipped: 1 })
  expect(report.warnings).toEqual([expect.stringContaining('bad')])
})

test('an older schema is read with what it has; a newer one and another database are refused', async () => {
  const { deps, call } = await createTestApp()
  const path = await pythonDatabase(
    {
      runs,
      agents: [
        {
          id: 'a1',
          name: 'old',
          hostname: 'h',
          token: 'plain',
          tags: '[]',
          registered_at: '2026-01-01T00:00:00',
        },
      ],
      quick_tests: [
        {
          id: 't1',
          agent_id: 'a1',
          model_path: 'm',
          engine_name: 'vllm',
          benchmark_name: 'latency',
          status: 'completed',
        },
      ],
    },
    { version: 5, columns: OLD_COLUMNS },
  )
  const report = await importLegacy(deps, { path, timezone: 'UTC' })
  expect(report).toMatchObject({
    schema_version: 5,
    counts: { agents: { added: 1 }, results: { added: 3 }, tests: { added: 1 } },
  })
  expect(
    (await call('POST', '/api/v1/agents/register', { name: 'old', hostname: 'h' }, 'plain')).status,
  ).toBe(201)

  const newer = await pythonDatabase({}, { version: 12 })
  await expect(importLegacy(deps, { path: newer, timezone: 'UTC' })).rejects.toThrow('schema version 12')
  const { dbPath } = await createTestApp()
  await expect(importLegacy(deps, { path: dbPath, timezone: 'UTC' })).rejects.toThrow(
    'already a database of this KITT',
  )
  await expect(importLegacy(deps, { path: `${temporaryFolder()}/none.db`, timezone: 'UTC' })).rejects.toThrow(
    'There is no file',
  )
})

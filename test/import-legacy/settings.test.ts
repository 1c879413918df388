import { expect, test } from 'vitest'
import { readSaved, writeSaved } from '../../app/settings/saved.ts'
import { imported } from './_import.ts'

test('settings of the web page are saved here, what has no place is named, what is saved here stays', async () => {
  const { deps, report, bring } = await imported({
    web_settings: [
      { key: 'model_dir', value: '/data/models' },
      { key: 'devon_url', value: 'ftp://devon' },
      { key: 'results_dir', value: '' },
      { key: 'devon_tab_visible', value: 'true' },
    ],
  })
  expect(report.counts.settings).toEqual({ added: 1, present: 0, skipped: 2 })
  expect(report.warnings).toEqual([
    expect.stringContaining('devon_url'),
    expect.stringContaining('devon_tab_visible'),
  ])
  expect(await readSaved(deps.db.read)).toEqual({ model_dir: '/data/models' })
  await deps.write((tx) => writeSaved(tx, 'model_dir', '/mine', 1))
  expect((await bring()).counts.settings).toMatchObject({ added: 0, present: 1 })
  expect(await readSaved(deps.db.read)).toEqual({ model_dir: '/mine' })
})

test('engine profiles come over', async () => {
  const profile = {
    id: 'p1',
    name: 'fast',
    engine: 'vllm',
    mode: 'docker',
    runtime_config: '{"a":0.9}',
    build_config: '{}',
  }
  const { call, report } = await imported({
    engine_profiles: [{ ...profile, created_at: '2026-01-01T00:00:00', updated_at: '2026-01-02T00:00:00' }],
  })
  expect(report.counts.profiles).toEqual({ added: 1, present: 0, skipped: 0 })
  expect((await call('GET', '/api/v1/engines/profiles/p1')).body).toMatchObject({
    name: 'fast',
    runtime_config: { a: 0.9 },
    updated_at: '2026-01-02T00:00:00.000Z',
  })
})

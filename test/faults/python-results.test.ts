import { expect, test } from 'vitest'
import { withoutNonFinite } from '../../app/http/non-finite.ts'
import { createTestApp, temporaryFolder } from '../_setup.ts'
import { runKitt } from '../e2e/_server.ts'
import { agent, imported } from '../import-legacy/_import.ts'
import { pythonDatabase } from '../import-legacy/_python.ts'

/** As Python writes what it could not work out. */
const ODD = `{"model": "NaN", "engine": "vllm", "timestamp": "2026-01-01T00:00:00", "results": [{"test_name": "t", "metrics": {"avg_tps": NaN, "max": Infinity, "min":-Infinity, "ttft_ms": 5.0, "note": "NaN \\" Infinity"}}], "list": [NaN,1,Infinity]}`
const row = (id: string, raw_json: string) => ({
  id,
  model: 'NaN',
  engine: 'vllm',
  timestamp: '2026-01-01T00:00:00',
  raw_json,
})

test('77: results with NaN and Infinity are imported with those values absent, everything else as it was', async () => {
  const { call, report } = await imported({ runs: [row('r1', ODD)] })
  expect(report).toMatchObject({ counts: { results: { added: 1, skipped: 0 } }, warnings: [] })
  const { body } = await call('GET', '/api/v1/results/r1')
  expect(body.results[0].metrics).toEqual({
    avg_tps: null,
    max: null,
    min: null,
    ttft_ms: 5,
    note: 'NaN " Infinity',
  })
  expect(body).toMatchObject({ model: 'NaN', list: [null, 1, null] })
  expect((await call('GET', '/api/v1/results?sort=-metric:ttft_ms')).body.total).toBe(1)
})

test('77: whatever text comes, only numbers outside of strings are changed, in linear time', () => {
  for (const text of [
    '{"a":"NaN"}',
    '',
    '"',
    '"\\"NaN',
    '{"a\\\\":"-Infinity"}',
    '{"Nan":-1,"I":"I"}',
    'N',
    '-',
  ])
    expect(withoutNonFinite(text)).toBe(text)
  expect(withoutNonFinite('{"a\\\\":-Infinity,"b":[NaN,NaN]}')).toBe('{"a\\\\":null,"b":[null,null]}')
  const started = performance.now()
  withoutNonFinite(`NaN "${'\\"'.repeat(1_000_000)}`)
  withoutNonFinite(`NaN ${'"'.repeat(1_000_001)}`)
  withoutNonFinite('NaN-'.repeat(1_000_000))
  expect(performance.now() - started).toBeLessThan(5000)
})

test('77: a Python agent that reports NaN, and without a command, is taken: unlinked, each once', async () => {
  const { call, admin } = await createTestApp()
  const made = await (await admin.api.v1.agents.provision.$post({ json: { name: 'py' } })).json()
  const report = (body: string) => call('POST', '/api/v1/agents/py/results', body, made.token)
  const first = await report(`{"status": "completed", "result_data": ${ODD}}`)
  expect(first).toMatchObject({ status: 202, body: { accepted: true, result_id: expect.any(String) } })
  expect((await report(`{"command_id": null, "result_data": ${ODD}}`)).body).toEqual(first.body)
  expect((await report(`{"status": "failed", "error": "no engine"}`)).body).toEqual({
    accepted: true,
    result_id: null,
  })
  const { body } = await call('GET', '/api/v1/results')
  expect(body).toMatchObject({ total: 1, items: [{ agent_id: made.agent_id, quick_test_id: null }] })
  expect((await call('POST', '/api/v1/results/import', ODD)).status).toBe(201)
  expect((await call('POST', '/api/v1/results/import', ODD.replace('[NaN', '[Nan'))).status).toBe(400)
})

test('77: whatever the import leaves out is counted, named, and makes the exit code 1', async () => {
  const home = temporaryFolder()
  const bring = async (tables: Parameters<typeof pythonDatabase>[0]) => {
    const ran = await runKitt(['db', 'import-legacy', await pythonDatabase(tables), '--json'], {
      env: { KITT_HOME: home },
    })
    return { ...ran, report: JSON.parse(ran.stdout) }
  }
  const whole = await bring({ runs: [row('r1', ODD)], agents: [agent('a1', 'gpu-1')] })
  expect(whole).toMatchObject({ code: 0, stderr: '' })
  const lossy = await bring({
    runs: [row('r2', ODD.replace('"vllm"', '7')), row('r3', '[]'), row('r4', '')],
    quick_test_logs: [{ test_id: 'gone', line: 'x', created_at: '2026-01-01 00:00:00' }],
    campaign_logs: [{ campaign_id: 'gone', line: 'x', created_at: '2026-01-01 00:00:00' }],
    engine_profiles: [{ id: 'p', name: 'p', engine: 'vllm', build_config: '{"a":', runtime_config: '' }],
    web_settings: [{ key: 'unknown', value: 'x' }],
    web_campaigns: [{ id: 'c', name: 'c', config_json: '[', status: 'completed' }],
  })
  const skipped = (kind: string) => lossy.report.counts[kind].skipped
  expect(['results', 'log_lines', 'profiles', 'settings', 'campaigns'].map(skipped)).toEqual([3, 2, 1, 1, 1])
  expect(lossy.report.warnings).toHaveLength(7)
  expect(lossy).toMatchObject({
    code: 1,
    stderr: 'kitt: 8 entries were not imported, for the reasons above; all others were.\n',
  })
})

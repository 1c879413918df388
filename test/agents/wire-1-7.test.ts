import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'

/** What an agent of the 1.7 series says of itself, and with every beat. */
const registration = {
  name: 'gpu-1',
  hostname: 'gpu-1.lan',
  port: 8090,
  gpu_info: 'NVIDIA RTX 4090 24GB',
  gpu_count: 1,
  cpu_info: 'AMD Ryzen 9',
  cpu_arch: 'x86_64',
  ram_gb: 64,
  environment_type: 'native_linux',
  fingerprint: 'fp-gpu-1',
  kitt_version: '1.7.0',
  capabilities: ['vllm'],
  hardware_details: '{"gpu_model":"RTX 4090"}',
}
const beat = (uptime_s: number) => ({
  status: 'idle',
  current_task: '',
  gpu_utilization_pct: 3.5,
  gpu_memory_used_gb: 1.2,
  storage_gb_free: 812.4,
  uptime_s,
  engines: [{ engine: 'vllm', installed: true, running: false, version: '0.9', binary_path: '' }],
})
const document = {
  model: 'Qwen2.5-7B',
  engine: 'vllm',
  suite_name: 'quick',
  timestamp: '2026-01-15T12:00:10',
  passed: true,
  results: [
    {
      test_name: 'throughput',
      run_number: 1,
      passed: true,
      metrics: { avg_tps: 91.5, ttft_ms: { avg: 31, p99: 88 } },
    },
  ],
}

test('an agent of the 1.7 series registers, beats, runs a test and reports, request by request', async () => {
  const { call, clock } = await createTestApp()
  const registered = await call('POST', '/api/v1/agents/register', registration)
  expect(registered).toMatchObject({
    status: 201,
    body: { agent_id: expect.stringMatching(/^[0-9a-f]{16}$/), heartbeat_interval_s: 30 },
  })
  const id = registered.body.agent_id

  const idle = await call('POST', '/api/v1/agents/gpu-1/heartbeat', beat(1))
  expect(idle).toMatchObject({ status: 200, body: { ack: true, agent_id: id, commands: [] } })
  expect(Object.values(idle.body.settings).every((value) => typeof value === 'string')).toBe(true)

  const launched = await call('POST', '/api/v1/quicktest/', {
    agent_id: id,
    model_path: '/models/Qwen2.5-7B',
    engine_name: 'vllm',
  })
  expect(launched).toMatchObject({ status: 202, body: { status: 'queued' } })
  await clock.advance(30_000)

  const { body: answer } = await call('POST', `/api/v1/agents/${id}/heartbeat`, beat(31))
  expect(answer.commands).toHaveLength(1)
  const [{ command_id, test_id, type, payload }] = answer.commands
  expect({ test_id, type, payload }).toEqual({
    test_id: launched.body.id,
    type: 'run_test',
    payload: {
      model_path: '/models/Qwen2.5-7B',
      engine_name: 'vllm',
      benchmark_name: 'throughput',
      suite_name: 'quick',
      engine_mode: 'docker',
      profile_id: null,
    },
  })

  const path = `/api/v1/quicktest/${test_id}`
  expect(await call('POST', `${path}/status`, { status: 'running' })).toMatchObject({
    status: 200,
    body: { ok: true, status: 'running' },
  })
  for (const line of ['Pulling image', 'Loading model', 'avg 91.5 tok/s']) {
    expect(await call('POST', `${path}/logs`, { line })).toMatchObject({ status: 200, body: { ok: true } })
  }
  await clock.advance(5 * 60_000)
  expect(await call('GET', path, undefined, null)).toMatchObject({ body: { status: 'running', attempt: 1 } })
  expect(await call('POST', `${path}/status`, { status: 'completed' })).toMatchObject({
    status: 200,
    body: { status: 'completed' },
  })
  expect(await call('POST', `${path}/logs`, { line: 'Container removed' })).toMatchObject({ status: 200 })

  const report = { command_id, status: 'completed', container_id: 'c0ffee', error: '', result_data: document }
  const accepted = await call('POST', `/api/v1/agents/${id}/results`, report)
  expect(accepted).toMatchObject({
    status: 202,
    body: { accepted: true, result_id: expect.stringMatching(/^[0-9a-f]{16}$/) },
  })

  const ended = await call('GET', path)
  expect(ended.body).toMatchObject({ status: 'completed', error: null, result_id: accepted.body.result_id })
  const { lines } = (await call('GET', `${path}/logs`)).body
  expect(lines.map(({ line }: { line: string }) => line)).toEqual([
    'Pulling image',
    'Loading model',
    'avg 91.5 tok/s',
    'Container removed',
  ])
  const stored = await call('GET', `/api/v1/results/${accepted.body.result_id}`)
  expect(stored.body).toMatchObject({ ...document, agent_id: id, quick_test_id: test_id, simulated: false })

  const next = await call('POST', `/api/v1/agents/${id}/heartbeat`, beat(340))
  expect(next.body.commands).toEqual([])
})

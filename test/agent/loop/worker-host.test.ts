import { expect, test } from 'vitest'
import { startWorker } from '../../../agent/loop/worker.ts'
import { createTestApp } from '../../_setup.ts'
import { testHost } from '../_test-host.ts'

test('a quick test queued at the server runs on an engine of the host, and its result is stored', async () => {
  const { admin, client } = await createTestApp()
  const { api } = admin
  const { agent_id, token } = await (await api.v1.agents.provision.$post({ json: { name: 'gpu-1' } })).json()
  const { host, nothingLeft } = await testHost()
  const worker = startWorker({
    client: client(token),
    registration: host.registration('gpu-1'),
    run: host.run,
    command: host.command,
    telemetry: host.telemetry,
    say: () => {},
  })
  const asked = {
    agent_id,
    model_path: 'Qwen/Qwen2.5-7B',
    engine_name: 'vllm',
    engine_mode: 'native' as const,
  }
  const options = { requests: 2, output_tokens: 4, warmup: 0 }
  const { id } = await (await api.v1.quicktest.$post({ json: { ...asked, options } })).json()
  const read = async () => (await api.v1.quicktest[':id'].$get({ param: { id } })).json()
  try {
    await expect.poll(async () => (await read()).status, { timeout: 20_000 }).toBe('completed')
  } finally {
    await worker.stop()
    await host.stop()
  }
  const { result_id } = await read()
  expect(result_id).toEqual(expect.any(String))
  const agent = await (await api.v1.agents[':id'].$get({ param: { id: agent_id } })).json()
  expect(agent).toMatchObject({ gpu_count: 1, gpu_info: 'NVIDIA L4', fingerprint: host.hardware.fingerprint })
  expect(agent.engines.find(({ engine }) => engine === 'vllm')).toMatchObject({
    installed: true,
    running: false,
  })
  nothingLeft()
})

import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'

test('a chunk of no log lines is taken, and adds none', async () => {
  const { call } = await createTestApp()
  const { agent_id } = (await call('POST', '/api/v1/agents/register', { name: 'gpu-1' })).body
  const launch = { agent_id, model_path: 'm', engine_name: 'vllm', force: true }
  const { id } = (await call('POST', '/api/v1/quicktest', launch)).body
  await call('POST', `/api/v1/agents/${agent_id}/heartbeat`, {})
  const path = `/api/v1/quicktest/${id}/logs`
  expect(await call('POST', path, { lines: [] })).toMatchObject({ status: 200, body: { ok: true } })
  expect((await call('GET', path)).body.lines).toEqual([])
})

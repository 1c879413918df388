import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'

test('an agent that says failed twice, as status and as a result without data, is answered 202', async () => {
  const { call } = await createTestApp()
  const { agent_id } = (await call('POST', '/api/v1/agents/register', { name: 'gpu-1', hostname: 'gpu-1' }))
    .body
  const input = { agent_id, model_path: 'm', engine_name: 'vllm', force: true }
  const { id } = (await call('POST', '/api/v1/quicktest', input)).body
  const [command] = (await call('POST', `/api/v1/agents/${agent_id}/heartbeat`, {})).body.commands
  await call('POST', `/api/v1/quicktest/${id}/status`, { status: 'failed', error: 'CUDA out of memory' })
  const report = { command_id: command.command_id, status: 'failed', error: 'later words' }
  expect(await call('POST', `/api/v1/agents/${agent_id}/results`, report)).toMatchObject({
    status: 202,
    body: { accepted: true, result_id: null },
  })
  const { body } = await call('GET', `/api/v1/quicktest/${id}`)
  expect(body).toMatchObject({ status: 'failed', error: 'CUDA out of memory', result_id: null })
})

import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { documentWith, reporter } from './_reports.ts'

test('an unknown result is 404, for reading and for deleting', async () => {
  const { call } = await createTestApp()
  expect(await call('GET', '/api/v1/results/nowhere')).toMatchObject({
    status: 404,
    body: { error: 'There is no such result.' },
  })
  expect(await call('DELETE', '/api/v1/results/nowhere')).toMatchObject({ status: 404 })
  expect(await call('GET', `/api/v1/results/${'x'.repeat(129)}`)).toMatchObject({ status: 400 })
})

test("only the admin deletes: no token is 401, an agent's or an unknown one 403, and the result stays", async () => {
  const app = await createTestApp()
  const { call } = app
  const id = await (await reporter(app)).report(documentWith({ x: 1 }))
  const { token } = (await call('POST', '/api/v1/agents/provision', {})).body
  for (const [given, status] of [
    [null, 401],
    ['unknown-token', 403],
    [token, 403],
  ] as const)
    expect(await call('DELETE', `/api/v1/results/${id}`, undefined, given)).toMatchObject({ status })
  expect(await call('GET', `/api/v1/results/${id}`, undefined, null)).toMatchObject({
    status: 200,
    body: { id },
  })
})

test('with a result go its document and its metrics; other results keep theirs', async () => {
  const app = await createTestApp()
  const { report } = await reporter(app)
  const rows = async () => {
    const { rows } = await app.deps.db.reader.execute(
      'SELECT (SELECT count(*) FROM runs) AS runs, (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM metrics) AS metrics',
    )
    return rows[0]
  }
  const id = await report(documentWith({ x: 1, y: { z: 2 } }))
  await report(documentWith({ x: 2 }))
  expect(await rows()).toMatchObject({ runs: 2, documents: 2, metrics: 3 })
  expect(await app.call('DELETE', `/api/v1/results/${id}`)).toMatchObject({
    status: 200,
    body: { deleted: true },
  })
  expect(await rows()).toMatchObject({ runs: 1, documents: 1, metrics: 1 })
  expect(await app.call('GET', `/api/v1/results/${id}`)).toMatchObject({ status: 404 })
})

test('a quick test whose result was deleted says so', async () => {
  const { call } = await createTestApp()
  const { agent_id } = (await call('POST', '/api/v1/agents/register', { name: 'gpu-1' })).body
  await call('POST', `/api/v1/agents/${agent_id}/heartbeat`, {})
  const launched = await call('POST', '/api/v1/quicktest', {
    agent_id,
    model_path: 'm',
    engine_name: 'vllm',
    force: true,
  })
  expect(launched).toMatchObject({ status: 202 })
  const { commands } = (await call('POST', `/api/v1/agents/${agent_id}/heartbeat`, {})).body
  const report = {
    command_id: commands[0].command_id,
    status: 'completed',
    result_data: documentWith({ x: 1 }),
  }
  const { result_id } = (await call('POST', `/api/v1/agents/${agent_id}/results`, report)).body
  const test = async () => (await call('GET', `/api/v1/quicktest/${launched.body.id}`)).body
  expect(await test()).toMatchObject({ status: 'completed', result_id, error: null })
  expect((await call('GET', `/api/v1/results/${result_id}`)).body).toMatchObject({
    quick_test_id: launched.body.id,
  })
  await call('DELETE', `/api/v1/results/${result_id}`)
  expect(await test()).toMatchObject({
    status: 'completed',
    result_id: null,
    error: 'The result was deleted.',
  })
})

import { expect, test } from 'vitest'
import { registeredAgent } from '../_access.ts'
import { postKeyed } from '../_keyed.ts'
import { createTestApp } from '../_setup.ts'
import { json, startDevon } from './_devon.ts'

test('a download under a key is asked of Devon once, however often and at once it is sent', async () => {
  const start = json(202, { job: { id: 'j1', status: 'queued' } })
  await using devon = await startDevon({
    'POST /api/v1/downloads': (response, seen) => void setTimeout(() => start(response, seen), 30),
  })
  const app = await createTestApp({ devon_url: devon.url })
  const download = (repo_id = 'Qwen/X') => postKeyed(app, '/api/v1/models/download', 'key-1', { repo_id })
  const answers = await Promise.all([download(), download(), download()])
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(await download()).toEqual({
    status: 202,
    body: { repo_id: 'Qwen/X', status: 'downloading', job_id: 'j1', path: null },
  })
  expect((await download('Qwen/Y')).status).toBe(400)
  expect(devon.seen.filter(({ method }) => method === 'POST')).toHaveLength(1)
})

test('one key serves another route for something else', async () => {
  await using devon = await startDevon({ 'POST /api/v1/downloads': json(200, { path: '/m/x' }) })
  const app = await createTestApp({ devon_url: devon.url })
  const { id } = await registeredAgent(app, 'gpu-1')
  const quickTest = { agent_id: id, model_path: 'Qwen/X', engine_name: 'vllm' }
  expect((await postKeyed(app, '/api/v1/quicktest', 'key-1', quickTest)).status).toBe(202)
  const download = await postKeyed(app, '/api/v1/models/download', 'key-1', { repo_id: 'Qwen/X' })
  expect(download).toMatchObject({ status: 202, body: { path: '/m/x' } })
})

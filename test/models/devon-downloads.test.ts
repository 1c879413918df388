import { describe, expect, test } from 'vitest'
import { createDevonClient } from '../../app/models/devon.ts'
import { json, startDevon } from './_devon.ts'

describe('download', () => {
  const answers: [name: string, status: number, answer: unknown, started: object][] = [
    [
      'a job',
      202,
      { job: { id: 'j1', status: 'queued' } },
      { status: 'downloading', job_id: 'j1', path: null },
    ],
    ['a job with a number', 202, { job: { id: 7 } }, { status: 'downloading', job_id: '7', path: null }],
    [
      'a cached model',
      200,
      { cached: { path: '/m/x', files: [] } },
      { status: 'completed', job_id: null, path: '/m/x' },
    ],
    [
      'the older direct answer',
      200,
      { path: '/m/x', size_bytes: 1 },
      { status: 'completed', job_id: null, path: '/m/x' },
    ],
  ]
  test.each(answers)('%s', async (_, status, answer, started) => {
    await using devon = await startDevon({ 'POST /api/v1/downloads': json(status, answer) })
    const client = createDevonClient({ baseUrl: devon.url })
    const got = await client.download({ repo_id: 'Qwen/X', allow_patterns: ['*Q4*'] })
    expect(got).toEqual({ repo_id: 'Qwen/X', ...started })
    expect(JSON.parse(devon.seen[0]!.body)).toEqual({
      model_id: 'Qwen/X',
      source: 'huggingface',
      include_patterns: ['*Q4*'],
    })
  })

  test('without patterns none are sent; a model Devon does not know is not found', async () => {
    await using devon = await startDevon({})
    const starting = createDevonClient({ baseUrl: devon.url }).download({ repo_id: 'Qwen/X' })
    await expect(starting).rejects.toMatchObject({ name: 'DevonError', kind: 'not_found' })
    expect(JSON.parse(devon.seen[0]!.body)).toEqual({ model_id: 'Qwen/X', source: 'huggingface' })
  })

  test('an id that leads out of a directory never reaches Devon', async () => {
    await using devon = await startDevon({})
    const client = createDevonClient({ baseUrl: devon.url })
    for (const repo_id of ['../x', 'a/../../b', '/abs', 'a//b', 'C:/x', 'a\\b', 'a\u0000b', '']) {
      await expect(client.download({ repo_id }), repo_id).rejects.toMatchObject({ kind: 'rejected' })
    }
    expect(devon.seen).toEqual([])
  })

  const states: [name: string, answer: unknown, status: object][] = [
    [
      'running',
      { status: 'downloading', error: null, result: null },
      { status: 'downloading', error: null, path: null },
    ],
    [
      'done',
      { status: 'completed', result: { path: '/m/x' } },
      { status: 'completed', error: null, path: '/m/x' },
    ],
    [
      'failed',
      { status: 'failed', error: 'disk\n full' },
      { status: 'failed', error: 'disk full', path: null },
    ],
    [
      'failed with markup',
      { status: 'failed', error: '<b>x</b>' },
      { status: 'failed', error: 'Devon gave no reason.', path: null },
    ],
  ]
  test.each(states)('the status of a download that is %s', async (_, answer, status) => {
    await using devon = await startDevon({ 'GET /api/v1/downloads/j%201': json(200, answer) })
    expect(await createDevonClient({ baseUrl: devon.url }).downloadStatus('j 1')).toEqual(status)
  })

  test('a state nobody knows is a wrong answer; an unknown download is not found', async () => {
    await using devon = await startDevon({ 'GET /api/v1/downloads/j1': json(200, { status: 'constructor' }) })
    const client = createDevonClient({ baseUrl: devon.url })
    await expect(client.downloadStatus('j1')).rejects.toMatchObject({ kind: 'bad_answer' })
    await expect(client.downloadStatus('j2')).rejects.toMatchObject({ kind: 'not_found' })
    await expect(client.downloadStatus('../models')).rejects.toMatchObject({ kind: 'not_found' })
    expect(devon.seen).toHaveLength(2)
  })
})

import { describe, expect, test } from 'vitest'
import { createDevonClient } from '../../app/models/devon.ts'
import { json, startDevon } from './_devon.ts'

const found = {
  source: 'huggingface',
  model_id: 'Qwen/Qwen2.5-7B',
  model_name: 'Qwen2.5-7B',
  author: 'Qwen',
  total_size_bytes: 15 * 2 ** 30,
  format: ['safetensors'],
  downloads: 892_000,
  web_url: 'https://huggingface.co/Qwen/Qwen2.5-7B',
  something_new: { a: 1 },
}

describe('search', () => {
  test('sends the query, the limit and the source, and answers normalised models', async () => {
    await using devon = await startDevon({ 'GET /api/v1/search': json(200, { count: 1, results: [found] }) })
    const models = await createDevonClient({ baseUrl: devon.url }).search({ q: 'qwen 2.5&x=1', limit: 5 })
    expect(Object.fromEntries(new URL(devon.seen[0]!.url, devon.url).searchParams)).toEqual({
      query: 'qwen 2.5&x=1',
      limit: '5',
      source: 'huggingface',
    })
    expect(models).toEqual([
      {
        repo_id: 'Qwen/Qwen2.5-7B',
        name: 'Qwen2.5-7B',
        author: 'Qwen',
        source: 'huggingface',
        size_gb: 15,
        total_size_bytes: 15 * 2 ** 30,
        formats: ['safetensors'],
        parameter_count: null,
        quantization: null,
        license: null,
        downloads: 892_000,
        likes: null,
        updated_at: null,
        web_url: 'https://huggingface.co/Qwen/Qwen2.5-7B',
      },
    ])
  })

  test('takes missing and odd optional fields as unknown, and no link that is not http', async () => {
    const odd = { model_id: 'a/b', format: 'gguf', downloads: 'many', web_url: 'javascript:alert(1)' }
    await using devon = await startDevon({ 'GET /api/v1/search': json(200, { results: [odd] }) })
    const [model] = await createDevonClient({ baseUrl: devon.url }).search({ q: 'b', limit: 5 })
    expect(model).toMatchObject({
      name: 'b',
      formats: ['gguf'],
      downloads: null,
      size_gb: null,
      web_url: null,
    })
  })

  test('answers no more than the limit, whatever Devon sends', async () => {
    await using devon = await startDevon({
      'GET /api/v1/search': json(200, { results: [found, found, found] }),
    })
    expect(await createDevonClient({ baseUrl: devon.url }).search({ q: 'q', limit: 2 })).toHaveLength(2)
  })
})

test('models are normalised, with formats from their files', async () => {
  const path = '/data/models/huggingface/bartowski/Llama-GGUF'
  const files = ['Llama-Q4_K_M.gguf', 'README.md']
  const kept = {
    source: 'huggingface',
    model_id: 'bartowski/Llama-GGUF',
    path,
    size_bytes: 2 ** 29,
    files,
    metadata: {},
  }
  await using devon = await startDevon({ 'GET /api/v1/models': json(200, { count: 1, models: [kept] }) })
  expect(await createDevonClient({ baseUrl: devon.url }).models()).toEqual([
    {
      repo_id: 'bartowski/Llama-GGUF',
      name: 'Llama-GGUF',
      path,
      source: 'huggingface',
      size_gb: 0.5,
      formats: ['gguf'],
    },
  ])
})

test('health is asked without the key', async () => {
  await using devon = await startDevon({ 'GET /health': json(200, { status: 'ok', version: '1.0.0' }) })
  const client = createDevonClient({ baseUrl: devon.url, apiKey: 'k-1', apiKeyOrigin: devon.url })
  expect(await client.health()).toEqual({ status: 'ok', version: '1.0.0' })
  expect(devon.seen[0]!.headers.authorization).toBeUndefined()
})

test('a base URL with a path keeps it as a prefix, and cannot smuggle in a host', async () => {
  await using devon = await startDevon({ '*': json(200, { models: [] }) })
  await createDevonClient({ baseUrl: `${devon.url}/devon/` }).models()
  await createDevonClient({ baseUrl: `${devon.url}//other.example` }).models()
  expect(devon.seen.map(({ url }) => url)).toEqual(['/devon/api/v1/models', '//other.example/api/v1/models'])
})

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

describe('remove', () => {
  test('encodes the id segment by segment', async () => {
    await using devon = await startDevon({ '*': json(200, { deleted: true }) })
    expect(await createDevonClient({ baseUrl: devon.url }).remove('hugging face', 'Qwen/A ?#%2F')).toBe(true)
    expect(devon.seen[0]!.url).toBe('/api/v1/models/hugging%20face/Qwen/A%20%3F%23%252F')
  })

  test('is false for what Devon does not have or did not delete', async () => {
    await using devon = await startDevon({ 'DELETE /api/v1/models/hf/kept': json(200, { deleted: false }) })
    const client = createDevonClient({ baseUrl: devon.url })
    expect(await client.remove('hf', 'kept')).toBe(false)
    expect(await client.remove('hf', 'gone')).toBe(false)
  })

  test('never sends an id that would change the path', async () => {
    await using devon = await startDevon({ '*': json(200, { deleted: true }) })
    const client = createDevonClient({ baseUrl: devon.url })
    for (const id of ['..', 'a/../../../downloads', '.', 'a//b', '', '/a', 'a\\..\\b', 'a\ud800']) {
      expect(await client.remove('hf', id), id).toBe(false)
      expect(await client.remove(id, 'a'), id).toBe(false)
    }
    expect(devon.seen).toEqual([])
  })
})

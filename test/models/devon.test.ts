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
  expect(devon.seen.map(({ url }) => url)).toEqual([
    '/devon/api/v1/models',
    expect.stringMatching(/^\/+other\.example\/api\/v1\/models$/),
  ])
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

import { describe, expect, it } from 'vitest'
import { open, run, some } from './_results.ts'

describe('the headers', () => {
  it.each(['/', '/api/results', '/nothing', '/style.css'])(
    'of %s forbid framing, sniffing and referrers',
    async (path) => {
      const { headers } = await open()(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    },
  )

  it('the style sheet is one, for dark and light', async () => {
    const { headers, text } = await open()('/style.css')
    expect(headers.get('content-type')).toBe('text/css; charset=utf-8')
    expect(text).toContain('light-dark(')
  })
})

describe('the API', () => {
  it.each([
    ['/api/results', 200, some],
    ['/api/results/', 200, some],
    ['/api/results/0', 200, some[0]],
    ['/api/results/2', 200, some[2]],
    ['/api/results/3', 404, { error: 'Not found' }],
    ['/api/results/-1', 404, { error: 'Not found' }],
    ['/api/results/x', 404, { error: 'Not found' }],
    ['/api/results/99999999999999999999', 404, { error: 'Not found' }],
    ['/api/health', 200, { status: 'ok', version: '2.0.0' }],
    ['/api/nothing', 404, { error: 'Not found' }],
    [
      '/api/campaigns',
      200,
      [
        { model: 'Qwen/Qwen2.5-7B', engine: 'vllm', runs: 2, passed: 1, failed: 1 },
        { model: 'tiny', engine: 'llama_cpp', runs: 1, passed: 1, failed: 0 },
      ],
    ],
  ])('%s answers %i', async (path, status, body) => {
    const answer = await open()(path)
    expect(answer.status, answer.text).toBe(status)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(JSON.parse(answer.text)).toEqual(body)
  })

  it('keeps runs apart whose names only look alike when joined', async () => {
    const { text } = await open([run('a', 'b c', true), run('a b', 'c', true)])('/api/campaigns')
    expect(JSON.parse(text)).toHaveLength(2)
  })

  it.each(['POST', 'PUT', 'DELETE'])('changes nothing: %s is not found', async (method) => {
    expect((await open()('/api/results/0', { method })).status).toBe(404)
  })
})

it('an unknown page is 404 with a way back', async () => {
  const { status, text } = await open()('/nothing')
  expect(status).toBe(404)
  expect(text).toContain('There is no such page.')
})

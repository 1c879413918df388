import { describe, expect, test } from 'vitest'
import { createApp } from '../../app/app.ts'
import type { PageFile } from '../../app/dashboard/files.ts'
import { createTestApp } from '../_setup.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const file = (text: string, type: string, more: Partial<PageFile> = {}): PageFile => ({
  type,
  etag: `"${text}"`,
  immutable: false,
  plain: bytes(text),
  ...more,
})
const FILES = new Map([
  ['/docs/index.html', file('reference', 'text/html; charset=utf-8')],
  ['/index.html', file('page', 'text/html; charset=utf-8', { gzip: bytes('page-gz') })],
  [
    '/assets/index-1a2b.js',
    file('script', 'text/javascript; charset=utf-8', {
      immutable: true,
      br: bytes('script-br'),
      gzip: bytes('script-gz'),
    }),
  ],
])

async function served() {
  const { deps } = await createTestApp()
  const app = createApp({ ...deps, dashboard: FILES })
  return async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const response = await app.request(`http://kitt.test${path}`, { headers, method })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
}

describe('the dashboard', () => {
  test.each(['/', '/agents', '/results/0123?x=1', '/compare?ids=a,b'])(
    '%s is the page, asked for anew every time',
    async (path) => {
      const { status, headers, text } = await (await served())(path)
      expect([status, text]).toEqual([200, 'page'])
      expect(headers.get('cache-control')).toBe('no-cache')
      const policy = headers.get('content-security-policy')
      expect(policy).toContain("default-src 'self'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe|data:|\*/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    },
  )

  test('an asset may be kept for ever, and is sent in the best encoding that is taken', async () => {
    const get = await served()
    const path = '/assets/index-1a2b.js'
    const plain = await get(path)
    expect([plain.text, plain.headers.get('content-encoding')]).toEqual(['script', null])
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(plain.headers.get('vary')).toBe('Accept-Encoding')
    const both = await get(path, { 'Accept-Encoding': 'gzip, deflate, br' })
    expect([both.text, both.headers.get('content-encoding')]).toEqual(['script-br', 'br'])
    const refused = await get(path, { 'Accept-Encoding': 'br;q=0, gzip' })
    expect([refused.text, refused.headers.get('content-encoding')]).toEqual(['script-gz', 'gzip'])
    expect(new Set([plain, both, refused].map(({ headers }) => headers.get('etag'))).size).toBe(3)
  })

  test('what is known already is not sent again, per encoding', async () => {
    const get = await served()
    const first = await get('/', { 'Accept-Encoding': 'gzip' })
    const etag = first.headers.get('etag') ?? ''
    const again = await get('/', { 'Accept-Encoding': 'gzip', 'If-None-Match': `"other", W/${etag}` })
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag])
    expect((await get('/', { 'If-None-Match': etag })).status).toBe(200)
  })

  test.each(['/api', '/api/v1/nothing', '/api/', '/assets/gone-3c4d.js', '/robots.txt'])(
    '%s is 404, never the page',
    async (path) => {
      const { status, headers, text } = await (await served())(path)
      expect(status).toBe(404)
      expect(headers.get('content-type')).toContain('application/json')
      expect(text).not.toContain('page')
    },
  )

  test('only reading gets the page, and HEAD without its body', async () => {
    const get = await served()
    expect((await get('/agents', {}, 'POST')).status).toBe(404)
    const head = await get('/agents', {}, 'HEAD')
    expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', '4'])
  })

  test('without a built dashboard the API alone answers', async () => {
    const { call } = await createTestApp()
    expect((await call('GET', '/agents', undefined, null)).status).toBe(404)
    expect((await call('GET', '/api/v1/health', undefined, null)).status).toBe(200)
  })
})

test('the API reference is a page of its own, whose policy lets its icons through and no more', async () => {
  const get = await served()
  const { status, headers, text } = await get('/docs')
  expect([status, text]).toEqual([200, 'reference'])
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'self';.*; img-src 'self' data:$/)
  expect((await get('/docs/assets/absent.js')).status).toBe(404)
})

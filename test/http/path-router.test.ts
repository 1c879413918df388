import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { PathRouter } from '../../app/http/path-router.ts'

const app = () =>
  new Hono({ router: new PathRouter(), strict: false })
    .use(async (c, next) => {
      await next()
      c.header('X-Passed', 'yes')
    })
    .get('/agents', (c) => c.text('list'))
    .post('/agents/register', (c) => c.text('register'))
    .get('/agents/:id', (c) => c.text(`agent ${c.req.param('id')}`))
    .post('/agents/:id/heartbeat', (c) => c.text(`beat ${c.req.param('id')}`))
    .delete('/models/:name{.+}', (c) => c.text(`model ${c.req.param('name')}`))

const asked: [string, string, number, string][] = [
  ['GET', '/agents', 200, 'list'],
  ['GET', '/agents/', 200, 'list'],
  ['POST', '/agents/register', 200, 'register'],
  // Another method of a known path is matched for itself.
  ['GET', '/agents/register', 200, 'agent register'],
  ['PUT', '/agents/register', 404, '404 Not Found'],
  ['GET', '/agents/a', 200, 'agent a'],
  ['GET', '/agents/b', 200, 'agent b'],
  ['POST', '/agents/register/heartbeat', 200, 'beat register'],
  ['DELETE', '/models/org/name', 200, 'model org/name'],
  ['HEAD', '/agents', 200, ''],
  ['GET', '/elsewhere', 404, '404 Not Found'],
  // A method that nobody knows, and one that every object has.
  ['FOO', '/agents', 404, '404 Not Found'],
  ['constructor', '/agents/a', 404, '404 Not Found'],
]

test('the second request of a path is answered as the first', async () => {
  const { request } = app()
  for (const _ of ['looked for', 'remembered']) {
    for (const [method, path, status, text] of asked) {
      const answer = await request(path, { method })
      expect([method, path, answer.status, await answer.text()]).toEqual([method, path, status, text])
      expect(answer.headers.get('X-Passed'), path).toBe('yes')
    }
  }
})

test('what is asked for fills no memory: only paths and methods of routes are remembered', () => {
  const router = new PathRouter<string>()
  router.add('GET', '/agents', 'list')
  router.add('GET', '/agents/:id', 'one')
  expect(router.match('GET', '/agents')).toBe(router.match('GET', '/agents'))
  expect(router.match('GET', '/agents/1')).not.toBe(router.match('GET', '/agents/1'))
  expect(router.match('GET', '/other')).not.toBe(router.match('GET', '/other'))
  expect(router.match('FOO', '/agents')).toBe(router.match('BAR', '/agents'))
})

test('a route added later is found where something was remembered', () => {
  const router = new PathRouter<string>()
  router.add('GET', '/agents', 'list')
  expect(router.match('GET', '/agents')[0]).toHaveLength(1)
  router.add('ALL', '*', 'all')
  expect(router.match('GET', '/agents')[0]).toHaveLength(2)
})

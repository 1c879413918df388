import { Hono } from 'hono'
import { TrieRouter } from 'hono/router/trie-router'
import { expect, test, vi } from 'vitest'
import { routes } from '../../app/api/routes.ts'
import { PathRouter } from '../../app/http/path-router.ts'
import { randomFrom } from '../faults/_abuse.ts'

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
    .get('/agents/models/:id', (c) => c.text(`models of ${c.req.param('id')}`))
    .get('/agents/:id/:part', (c) => c.text(`${c.req.param('part')} of ${c.req.param('id')}`))
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
  ['POST', '/agents/a/heartbeat', 200, 'beat a'],
  ['POST', '/agents/a/heartbeat/', 200, 'beat a'],
  ['POST', '/agents/agents/heartbeat', 200, 'beat agents'],
  ['POST', '/agents/:/heartbeat', 200, 'beat :'],
  ['POST', '/agents/%00%31/heartbeat', 200, 'beat \u00001'],
  ['POST', '/agents//heartbeat', 404, '404 Not Found'],
  ['POST', '/agents/a/b/heartbeat', 404, '404 Not Found'],
  ['GET', '/agents/heartbeat', 200, 'agent heartbeat'],
  ['GET', '/agents/*', 200, 'agent *'],
  ['GET', '/agents/models/a', 200, 'models of a'],
  ['GET', '/agents/b/a', 200, 'a of b'],
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

test('what is asked for fills no memory: only shapes of paths, and methods of routes, are remembered', () => {
  const router = new PathRouter<string>()
  const looks = vi.spyOn(TrieRouter.prototype, 'match')
  router.add('GET', '/agents', 'list')
  router.add('GET', '/agents/:id', 'one')
  const looked = (method: string, path: string) => {
    const before = looks.mock.calls.length
    router.match(method, path)
    return looks.mock.calls.length - before
  }
  expect([looked('GET', '/agents'), looked('GET', '/agents')]).toEqual([1, 0])
  expect([looked('GET', '/agents/1'), looked('GET', '/agents/2')]).toEqual([1, 0])
  expect([looked('GET', '/other'), looked('GET', '/another')]).toEqual([1, 0])
  expect([looked('FOO', '/agents'), looked('BAR', '/agents')]).toEqual([1, 0])
  // A path longer than any route, and more shapes than there can be of routes.
  expect([looked('GET', '/x'.repeat(99)), looked('GET', '/x'.repeat(99))]).toEqual([1, 1])
  const words = Array.from({ length: 40 }, (_, n) => `w${n}`)
  for (const word of words) router.add('GET', `/${word}/${word}`, word)
  for (const first of words) for (const second of words) looked('GET', `/${first}/${second}`)
  expect([looked('GET', '/w0/w1'), looked('GET', '/w39/w38')]).toEqual([0, 1])
})

test('any path matches what the tree says', () => {
  const [ours, tree] = [new PathRouter<string>(), new TrieRouter<string>()]
  const rows = Object.keys(routes).map((row) => row.split(' ') as [string, string])
  for (const [method, path] of [['ALL', '/*'] as const, ...rows]) {
    for (const one of [ours, tree]) one.add(method, path, `${method} ${path}`)
  }
  const words = [...new Set(rows.flatMap(([, path]) => path.split('/')))].map((word) =>
    word.replace(/^:/, ''),
  )
  const draw = randomFrom(7)
  const pick = <T>(from: readonly T[]) => from[Math.floor(draw() * from.length)] as T
  for (let n = 0; n < 20_000; n++) {
    const [method, path] = pick(rows)
    const segments = path.split('/').map((one) => (one.startsWith(':') || draw() < 0.1 ? pick(words) : one))
    const asked = segments.join('/')
    expect(ours.match(method, asked), `${method} ${asked}`).toEqual(tree.match(method, asked))
  }
})

test('a route added later is found where something was remembered', () => {
  const router = new PathRouter<string>()
  router.add('GET', '/agents', 'list')
  expect(router.match('GET', '/agents')[0]).toHaveLength(1)
  router.add('ALL', '*', 'all')
  expect(router.match('GET', '/agents')[0]).toHaveLength(2)
})

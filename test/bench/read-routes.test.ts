import { expect, test } from 'vitest'
import { z } from 'zod'
import { type RouteSpec, routes } from '../../app/api/routes.ts'
import { readsOf } from '../../bench/read-routes.ts'

const PARAMETERS = {
  '/api/v1/agents/': 'a',
  '/api/v1/quicktest/': 't',
  '/api/v1/campaigns/': 'c',
  '/api/v1/engines/profiles/': 'p',
  '/api/v1/results/': 'r 1',
  '/api/v1/setups/': 's',
  '/api/v1/alerts/': 'l',
  '/api/v1/baselines/': 'b',
  '/api/v1/schedules/': 'n',
}
const spec = (more: Partial<RouteSpec> = {}): RouteSpec => ({
  access: 'read',
  summary: '',
  answers: { 200: z.object({}) },
  ...more,
})

test('every route that reads and answers with text is measured, or said not to be', () => {
  const { reads, leftOut } = readsOf(routes, PARAMETERS, ['x', 'y'])
  const isStreamOrFile = ({ content = '' }: RouteSpec) => /event-stream|gzip/.test(content)
  const expected = Object.entries(routes)
    .filter(([key, one]) => key.startsWith('GET ') && !isStreamOrFile(one))
    .filter(([, { access }]) => access !== 'admin' && access !== 'share')
    .map(([key]) => key)
  const seen = [...reads.map(({ name }) => name), ...leftOut].map((text) => text.split(/[ ?]/, 2).join(' '))
  expect(new Set(seen)).toEqual(new Set([...expected, 'POST /api/v1/results/compare']))
  expect(leftOut).toHaveLength(3)
})

test('a new route is measured by itself, by the kind of its answer', () => {
  const page = z.object({ items: z.array(z.unknown()), per_page: z.number() })
  const table = {
    'GET /api/v1/setups': spec({ answers: { 200: page } }),
    'GET /api/v1/results/:id/raw': spec({ access: 'token' }),
    'GET /api/v1/about': spec(),
    'GET /api/v1/all/stream': spec({ content: 'text/event-stream' }),
    'POST /api/v1/setups': spec({ access: 'admin' }),
    'GET /api/v1/secrets': spec({ access: 'admin' }),
  }
  const { reads } = readsOf(table, PARAMETERS, [])
  expect(reads.map(({ name, shot, atLeast }) => [name, shot.path, Boolean(shot.token), atLeast])).toEqual([
    ['GET /api/v1/setups', '/api/v1/setups', false, 0.12],
    ['GET /api/v1/results/:id/raw', '/api/v1/results/r%201/raw', true, 0.25],
    ['GET /api/v1/about', '/api/v1/about', false, 0.5],
  ])
})

test('a parameter that nothing was seeded for is told of in a sentence', () => {
  expect(() => readsOf({ 'GET /api/v1/things/:id': spec() }, PARAMETERS, [])).toThrow(
    'No value is known for :id of /api/v1/things/:id: seed one in bench/seed-lab.ts and name it after "/api/v1/things/".',
  )
})

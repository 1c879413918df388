import { describe, expect, expectTypeOf, test } from 'vitest'
import type { UnmatchedIn, WithRows } from '../../app/api/routes.ts'
import type { AppType } from '../../app/app.ts'
import { router } from '../../app/http/env.ts'
import { createTestApp } from '../_setup.ts'
import { ADMIN, furnished, ROUTES } from '../http/_routes.ts'

const THROUGH = 'let through'
const outcome = (status: number) => (status === 401 || status === 403 ? status : THROUGH)

/** What the table of the contract says of nobody, a stranger, another agent, the agent itself, and the administrator. */
const table = {
  open: [THROUGH, THROUGH, THROUGH, THROUGH, THROUGH],
  read: [THROUGH, 403, THROUGH, THROUGH, THROUGH],
  token: [401, 403, THROUGH, THROUGH, THROUGH],
  agent: [401, 403, 403, THROUGH, THROUGH],
  admin: [401, 403, 403, 403, THROUGH],
} as const

describe('every route lets through exactly whom its rule names', () => {
  for (const route of ROUTES) {
    test(`38: ${route.key} is for: ${route.access}`, async () => {
      const { a, b, ask } = await furnished()
      const statuses: number[] = []
      for (const token of [null, 'kitt_unknown', b.token, a.token, ADMIN]) {
        const response = await ask(route, token)
        statuses.push(response.status)
        if (response.status === 401) expect(response.headers.get('www-authenticate')).toBe('Bearer')
      }
      expect(statuses.map(outcome)).toEqual(table[route.access])
    })
  }
})

test('38: the contract in figures: what is open, and what needs no token to be read', () => {
  const of = (access: string) => ROUTES.filter((route) => route.access === access).map(({ key }) => key)
  expect(of('open').sort()).toEqual(
    [
      'GET /api/health',
      'GET /api/v1/health',
      'GET /api/v1/openapi.json',
      'GET /api/v1/version',
      ...of('open').filter((key) => /\/agent\/|\/docs/.test(key)),
    ].sort(),
  )
  for (const key of [...of('read'), ...of('open')]) expect(key).toMatch(/^GET /)
})

test('38: with --protect-reads reading needs a token, too, of whomever; health and version do not', async () => {
  const { a, ask } = await furnished({ protect_reads: true, auth_failures_per_minute: 1000 })
  for (const route of ROUTES.filter(({ access }) => access === 'read' || access === 'open')) {
    const expected =
      route.access === 'open' ? [THROUGH, THROUGH, THROUGH, THROUGH] : [401, 403, THROUGH, THROUGH]
    const got: unknown[] = []
    for (const token of [null, 'kitt_unknown', a.token, ADMIN])
      got.push(outcome((await ask(route, token)).status))
    expect(got, route.key).toEqual(expected)
  }
})

test('38: with --no-auth nobody is asked', async () => {
  const { ask } = await furnished({ no_auth: true })
  for (const route of ROUTES) expect(outcome((await ask(route, null)).status), route.key).toBe(THROUGH)
})

test('38: an unnamed token claims the first free name, and is bound to it from then on', async () => {
  const { call } = await createTestApp()
  const { token } = (await call('POST', '/api/v1/agents/provision', {})).body
  const taken = (await call('POST', '/api/v1/agents/provision', { name: 'taken' })).body
  const register = (name: string, as: string) =>
    call('POST', '/api/v1/agents/register', { name, hostname: 'h' }, as)
  expect((await register('taken', token)).status).toBe(403)
  expect((await register('mine', token)).status).toBe(201)
  expect((await register('mine', token)).status).toBe(201)
  expect((await register('another', token)).status).toBe(403)
  expect((await register('free', taken.token)).status).toBe(403)
  expect((await register('taken', taken.token)).body.agent_id).toBe(taken.agent_id)
})

test('38: a rotated or deleted token stops working at once', async () => {
  const { app, a } = await furnished()
  const beat = (token: string) => app.call('POST', `/api/v1/agents/${a.id}/heartbeat`, {}, token)
  const rotated = await app.call('POST', `/api/v1/agents/${a.id}/rotate-token`)
  expect((await beat(a.token)).status).toBe(403)
  expect((await beat(rotated.body.token)).status).toBe(200)
  await app.call('DELETE', `/api/v1/agents/${a.id}`)
  expect((await beat(rotated.body.token)).status).toBe(403)
})

test('38: a route without a row in the table of routes, and a row without a route, do not compile', () => {
  const more = router().get('/api/v1/forgotten', (c) => c.text(''))
  type More = typeof more
  // @ts-expect-error its route has no row, and the rows of all other routes have none
  type Refused = WithRows<More, UnmatchedIn<More>>
  expectTypeOf<Refused>().not.toBeAny()
  expectTypeOf<UnmatchedIn<AppType>>().toBeNever()
  expectTypeOf<UnmatchedIn<More> & `${string}/forgotten`>().toEqualTypeOf<'GET /api/v1/forgotten'>()
  expectTypeOf<'GET /api/v1/version'>().toExtend<UnmatchedIn<More>>()
})

test('38: a request to a route without a row is refused, with or without access control', async () => {
  for (const no_auth of [false, true]) {
    const { app, call } = await createTestApp({ no_auth })
    app.get('/api/v1/forgotten', (c) => c.text('let through'))
    expect(await call('GET', '/api/v1/forgotten')).toMatchObject({
      status: 403,
      body: { error: 'The route GET /api/v1/forgotten has no access rule.' },
    })
  }
})

import { describe, expect, expectTypeOf, test } from 'vitest'
import type { UnmatchedIn, WithRows } from '../../app/api/routes.ts'
import type { AppType } from '../../app/app.ts'
import { iso } from '../../app/clock.ts'
import { router } from '../../app/http/env.ts'
import { apiToken } from '../_access.ts'
import { createTestApp } from '../_setup.ts'
import { ADMIN, furnished, ROUTES } from '../http/_routes.ts'

const THROUGH = 'let through'
const outcome = (status: number) => (status === 401 || status === 403 ? status : THROUGH)

/** The callers, in the order of the table. */
const CALLERS = 'nobody stranger other itself read run scoped-admin revoked expired admin'.split(' ')

/** What the table of the contract says of each caller. */
const table = {
  open: [THROUGH, THROUGH, THROUGH, THROUGH, THROUGH, THROUGH, THROUGH, THROUGH, THROUGH, THROUGH],
  read: [THROUGH, 403, THROUGH, THROUGH, THROUGH, THROUGH, THROUGH, 403, 403, THROUGH],
  token: [401, 403, THROUGH, THROUGH, THROUGH, THROUGH, THROUGH, 403, 403, THROUGH],
  run: [401, 403, 403, 403, 403, THROUGH, THROUGH, 403, 403, THROUGH],
  agent: [401, 403, 403, THROUGH, 403, 403, THROUGH, 403, 403, THROUGH],
  admin: [401, 403, 403, 403, 403, 403, THROUGH, 403, 403, THROUGH],
  // Without the secret of a link no token is of any use.
  share: [401, 401, 401, 401, 401, 401, 401, 401, 401, 401],
} as const

/** The token of every caller; two of them were valid once, with the scope admin. */
async function tokensOf({ app, a, b }: Awaited<ReturnType<typeof furnished>>) {
  const revoked = await apiToken(app, 'admin')
  await app.call('DELETE', `/api/v1/tokens/${revoked.id}`)
  const expired = await apiToken(app, 'admin', { expires_at: iso(app.clock.now() + 1000) })
  app.clock.set(1000)
  const scoped = [await apiToken(app, 'read'), await apiToken(app, 'run'), await apiToken(app, 'admin')]
  const valid = scoped.map(({ token }) => token)
  return [null, 'kitt_unknown', b.token, a.token, ...valid, revoked.token, expired.token, ADMIN]
}

describe('every route lets through exactly whom its rule names', () => {
  for (const route of ROUTES) {
    test(`38: ${route.key} is for: ${route.access}`, async () => {
      const lab = await furnished()
      const statuses: number[] = []
      for (const token of await tokensOf(lab)) {
        const response = await lab.ask(route, token)
        statuses.push(response.status)
        if (response.status === 401) expect(response.headers.get('www-authenticate')).toBe('Bearer')
      }
      const told = (outcomes: readonly unknown[]) => outcomes.map((one, i) => `${CALLERS[i]}: ${one}`)
      expect(told(statuses.map(outcome))).toEqual(told(table[route.access]))
    })
  }
})

test('38: what a token of the scope run may do, and nothing else', () => {
  const keys = ROUTES.filter(({ access }) => access === 'run').map(({ key }) => key)
  expect(keys.sort()).toEqual(
    [
      'POST /api/v1/alerts/:id/confirm',
      'POST /api/v1/campaigns',
      'POST /api/v1/campaigns/:id/cancel',
      'POST /api/v1/campaigns/:id/copy',
      'POST /api/v1/campaigns/:id/launch',
      'POST /api/v1/campaigns/:id/retry',
      'POST /api/v1/campaigns/from-results',
      'POST /api/v1/quicktest',
      'POST /api/v1/quicktest/:id/rerun',
      'POST /api/v1/quicktest/:id/cancel',
      'PATCH /api/v1/results/:id',
      'POST /api/v1/results/import',
      'POST /api/v1/results/tag',
      'POST /api/v1/schedules/:id/run',
      'PUT /api/v1/campaigns/:id/config',
    ].sort(),
  )
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
  for (const route of ROUTES.filter(({ access }) => access !== 'share'))
    expect(outcome((await ask(route, null)).status), route.key).toBe(THROUGH)
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

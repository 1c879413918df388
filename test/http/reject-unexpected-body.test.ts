import { expect, test } from 'vitest'
import { routes } from '../../app/api/routes.ts'
import { routeInputs } from '../fuzz/_requests.ts'
import { furnished } from './_routes.ts'

test('a route that takes no fields refuses a body with some, and names them', async () => {
  const { app } = await furnished()
  const takers = new Map(routeInputs(app.app))
  const bodiless = Object.keys(routes).filter((key) => !key.startsWith('GET ') && !takers.get(key)?.json)
  expect(bodiless).toContain('POST /api/v1/campaigns/:id/cancel')
  expect(bodiless).toContain('DELETE /api/v1/results/:id')
  expect(bodiless.length).toBeGreaterThan(8)
  for (const key of bodiless) {
    const [method = '', path = ''] = key.split(' ')
    const asked = path.replace(/:\w+(\{[^}]*\})?/g, 'none')
    expect(await app.call(method, asked, { force: true, why: 'x' }), key).toMatchObject({
      status: 400,
      body: {
        error: 'force: is not a known field (and 1 more)',
        details: [
          { path: 'force', message: 'is not a known field' },
          { path: 'why', message: 'is not a known field' },
        ],
      },
    })
    expect((await app.call(method, asked, {})).status, key).not.toBe(400)
  }
})

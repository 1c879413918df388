import { expect, test } from 'vitest'
import { ADMIN, furnished } from './_routes.ts'

test('a request that needs no body may come without one, with an empty one, or with an empty object', async () => {
  const { app, a } = await furnished()
  const path = `http://test/api/v1/agents/${a.id}/cleanup`
  for (const init of [
    {},
    { headers: { 'Content-Type': 'application/json' } },
    { body: '', headers: { 'Content-Type': 'application/json' } },
    { body: '{}', headers: { 'Content-Type': 'application/json; charset=utf-8' } },
    { body: '{}', headers: { 'Content-Type': 'Application/JSON' } },
  ]) {
    const headers = { ...init.headers, Authorization: `Bearer ${ADMIN}` }
    expect((await app.fetch(path, { method: 'POST', ...init, headers })).status).toBe(202)
  }
})

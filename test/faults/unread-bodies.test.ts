import { expect, test } from 'vitest'
import { LARGE, SMALL } from '../../app/http/json.ts'
import { furnished, ROUTES } from '../http/_routes.ts'

/** A body that tells whether anybody reads it. */
function watched() {
  const told = { read: 0 }
  const chunk = new TextEncoder().encode('[],'.repeat(1000))
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        told.read += chunk.byteLength
        controller.enqueue(chunk)
      },
    },
    { highWaterMark: 0 },
  )
  return { body, told }
}

const WRONG_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']

test('50: unknown routes, wrong methods and missing rights are answered before a body is read', async () => {
  const { app, a, b, fill } = await furnished({ auth_failures_per_minute: 10_000 })
  const post = async (method: string, path: string, token?: string) => {
    const { body, told } = watched()
    const headers = {
      'Content-Type': 'application/json',
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    }
    const init = { method, headers, body, duplex: 'half' } as RequestInit
    const response = await app.app.fetch(new Request(`http://test${path}`, init))
    expect(told.read, `${method} ${path} → ${response.status}`).toBe(0)
    return response.status
  }
  for (const token of [undefined, a.token, 'kitt_unknown']) {
    expect(await post('POST', '/api/v1/nope/results', token)).toBe(404)
    expect(await post('PUT', '/nowhere', token)).toBe(404)
  }
  for (const { path } of ROUTES) {
    const taken = ROUTES.filter((route) => fill(route.path) === fill(path)).map(({ method }) => method)
    // The path may be that of an admin's route with a parameter.
    for (const method of WRONG_METHODS.filter((one) => !taken.includes(one)))
      expect([403, 404, 405], `${method} ${path}`).toContain(await post(method, fill(path), b.token))
  }
  for (const { method, path, access, key } of ROUTES.filter((route) => route.method !== 'GET')) {
    expect(await post(method, fill(path)), key).toBe(401)
    if (access === 'admin') expect(await post(method, fill(path), a.token), key).toBe(403)
  }
  for (const what of ['heartbeat', 'results']) {
    expect(await post('POST', `/api/v1/agents/${a.id}/${what}`, b.token)).toBe(403)
    expect(await post('POST', `/api/v1/agents/agent%2Da/${what}`, b.token)).toBe(403)
    expect(await post('POST', `/api/v1/agents/nobody/${what}`, b.token)).toBe(404)
  }
})

test('50: elements count as keys do, and so do the keys of one object', async () => {
  const { app, a } = await furnished()
  const results = `/api/v1/agents/${a.id}/results`
  const list = (n: number) => `{"command_id":"c","x":[${Array(n).fill('[]').join(',')}]}`
  const object = (n: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: n }, (_, i) => [i, 1])))
  const error = async (path: string, body: string) => (await app.call('POST', path, body)).body.error
  expect(await error(results, list(LARGE.entries))).toMatch(/more than 400000 keys and elements/)
  expect(await error(results, '{"x":'.padEnd(15_000_000, '[],'))).toMatch(/keys and elements/)
  expect(await error('/api/v1/quicktest', list(SMALL.entries))).toMatch(/more than 50000 keys and elements/)
  expect(await error('/api/v1/quicktest', object(SMALL.keys + 1))).toMatch(/2000 keys in one object/)
  expect(await error(results, object(LARGE.keys + 1))).toMatch(/5000 keys in one object/)
  // What a list of 10,000 log lines holds is taken.
  const lines = Array.from({ length: 10_000 }, (_, seq) => ({ seq, line: 'l' }))
  expect(await error('/api/v1/quicktest/nothing/logs', JSON.stringify({ lines }))).toMatch(
    /no such quick test/,
  )
})

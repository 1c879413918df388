import { describe, expect, test } from 'vitest'
import { ADMIN, furnished, ROUTES } from '../http/_routes.ts'
import { testRow } from '../queue/_queue.ts'

type Sent = { body: BodyInit; headers?: Record<string, string> }

/** Bodies that no route takes, what they are answered, and the row of the list of faults. */
const wrong: [number, string, Sent, number][] = [
  [31, 'an array', { body: '[]' }, 400],
  [31, 'a string', { body: '"x"' }, 400],
  [31, 'a number', { body: '1' }, 400],
  [31, 'null', { body: 'null' }, 400],
  [31, 'broken JSON', { body: '{"a":' }, 400],
  [31, 'two documents', { body: '{}{}' }, 400],
  [31, 'bad UTF-8', { body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]) }, 400],
  [33, 'depth 200,000', { body: `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}` }, 400],
  [43, 'a form', { body: 'a=b', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, 415],
  [43, 'plain text', { body: '{}', headers: { 'Content-Type': 'text/plain' } }, 415],
  [43, 'a type that only ends like JSON', { body: '{}', headers: { 'Content-Type': 'text/x+json' } }, 415],
  [43, 'no type', { body: new TextEncoder().encode('{}'), headers: { 'Content-Type': '' } }, 415],
  [34, 'gzip', { body: '{}', headers: { 'Content-Encoding': 'gzip' } }, 415],
  [34, '17 MiB', { body: `{"a":"${'x'.repeat(17 * 1024 * 1024)}"}` }, 413],
]

/** All but the import, which takes files of any type and decides by their content. */
const changing = ROUTES.filter(({ method, key }) => method !== 'GET' && key !== 'POST /api/v1/results/import')

describe('a body that no route takes', () => {
  for (const [row, name, { body, headers }, status] of wrong) {
    test(`${row}: ${name}: ${status} with a sentence on every route, and nothing changes`, async () => {
      const { app, a, test, fill } = await furnished()
      for (const route of changing) {
        const response = await app.fetch(`http://test${fill(route.path)}`, {
          method: route.method,
          headers: { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/json', ...headers },
          body,
        })
        expect(response.status, route.key).toBe(status)
        expect(await response.json(), route.key).toEqual({ error: expect.stringMatching(/^The |^Bodies/) })
      }
      expect((await testRow(app, test)).status).toBe('running')
      expect((await app.call('GET', `/api/v1/agents/${a.id}`)).status).toBe(200)
    })
  }
})

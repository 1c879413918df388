import { describe, expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { listening } from '../http/_listening.ts'
import { ADMIN, furnished } from '../http/_routes.ts'

const admin = { Authorization: `Bearer ${ADMIN}` }

/** Other spellings of a path. Some name the same thing, some another, some nothing: none may get round a rule. */
const spellings = (path: string): string[] => {
  const last = path.lastIndexOf('/')
  const [head, tail] = [path.slice(0, last), path.slice(last + 1)]
  return [
    `/${path}`,
    `${head}//${tail}`,
    `${path}//`,
    `${path}/`,
    `${head}%2F${tail}`,
    `${head}/x%2f..%2f${tail}`,
    `${head}/x/../${tail}`,
    `${head}/x/%2e%2e/${tail}`,
    `${head}/./${tail}`,
    `${head}/%2e/${tail}`,
    `${path};a=b`,
    `${path}%3b`,
    `${path}%00`,
    `${path}%0a`,
    `${path}%20`,
    `${path}%`,
    `${path}%ff`,
    `${head}/%${tail.charCodeAt(0).toString(16)}${tail.slice(1)}`,
    `${path.toUpperCase()}`,
    `${path.replace('/api', '/%61pi')}`,
    `${path.replaceAll('/', '\\')}`,
    `${path}?x=%00`,
    `/..${path}`,
    `/x/..${path}`,
  ]
}

describe('no spelling of a path gets round its rule', () => {
  for (const [method, path] of [
    ['POST', '/api/v1/agents/provision'],
    ['DELETE', '/api/v1/results/none'],
    ['GET', '/api/v1/settings'],
    ['POST', '/api/v1/quicktest'],
  ] as const) {
    test(`35: ${method} ${path}`, async () => {
      const { ask } = await listening(await createTestApp())
      for (const spelling of spellings(path)) {
        const nobody = await ask(method, spelling)
        const known = await ask(method, spelling, admin)
        const shown = `${spelling} → ${nobody.status} / ${known.status} ${known.text.slice(0, 200)}`
        expect(nobody.status, shown).toBeGreaterThanOrEqual(400)
        expect(nobody.status, shown).toBeLessThan(500)
        expect(known.status, shown).toBeLessThan(500)
        // Whoever may not do it learns nothing else of it: either both are told the same, or the stranger 401.
        if (known.status !== nobody.status) expect(nobody.status, shown).toBe(401)
        if (nobody.text.startsWith('{'))
          expect(JSON.parse(nobody.text)).toEqual({ error: expect.any(String) })
      }
    })
  }
})

test('35: odd ids are 400 or 404, never 5xx, and never another thing', async () => {
  const { app } = await furnished()
  const { ask } = await listening(app)
  const ids = [
    '%00',
    '%0a',
    '%ff',
    '%',
    '..%2f',
    '%2e%2e',
    '%F0%9F%98%80',
    '"',
    '%27%20or%201=1--',
    '*',
    ';',
    'x'.repeat(129),
  ]
  for (const id of ids) {
    for (const path of ['agents', 'quicktest', 'results', 'campaigns']) {
      const { status, text } = await ask('GET', `/api/v1/${path}/${encodeURI(id).replaceAll('%25', '%')}`)
      expect([400, 404, 200], `${path}/${id} → ${status} ${text.slice(0, 100)}`).toContain(status)
      // `%2e%2e` leads up to the list of lists, which is none.
      if (status === 200) expect(id).toMatch(/^(\.\.|%2e%2e)/i)
    }
  }
})

import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { routeInputs } from '../fuzz/_requests.ts'
import { furnished } from '../http/_routes.ts'
import { limitsOf, NONE, requestWith } from './_limits.ts'

/** Texts and lists without a limit of their own, and why. */
const UNLIMITED = [
  // Cut to 64 KiB with a marker: a test must not fail for what its engine prints.
  'POST /api/v1/quicktest/:id/logs line',
  'POST /api/v1/quicktest/:id/logs lines.0.line',
]
/** What of a result only its size bounds: it is kept as it came. */
const AS_IT_CAME =
  /(results|import) (result_data\.)?(suite_name|tags|provenance|timestamp|results|metrics|system_info)\b/

const queryOf = (fields: Record<string, unknown>) => {
  const pairs = Object.entries(fields).flatMap(([key, value]) =>
    [value].flat().map((one) => [key, String(one)]),
  )
  return `?${new URLSearchParams(pairs)}`
}

/** A member of two forms of one union: the error names the union where neither form fits better. */
const IN_SEVERAL_FORMS = /\/judge (base|candidate)\.last$/

test('36: every field at its maximum + 1 is refused by name, and at its maximum it is not too large', async () => {
  const { app, fill } = await furnished()
  const unlimited: string[] = []
  let count = 0
  for (const [key, { json, query, param }] of routeInputs(app.app)) {
    const [method = '', pattern = ''] = key.split(' ')
    const ask = async (target: 'json' | 'query', schema: z.ZodType, path: string, value: unknown) => {
      const sent = requestWith(schema, path, value)
      const url = fill(pattern) + (target === 'query' ? queryOf(sent) : '')
      const { status, body } = await app.call(method, url, target === 'json' ? sent : undefined)
      const details: { path: string; message: string }[] = body?.details ?? []
      const named = details.map((detail) => detail.path)
      const large = details.filter(({ message }) => /at most|too big/i.test(message))
      return {
        status,
        named,
        tooLarge: large.map((detail) => detail.path),
        shown: `${key} ${path} → ${status} ${JSON.stringify(body).slice(0, 300)}`,
      }
    }
    for (const [target, schema] of [
      ['json', json],
      ['query', query],
    ] as const) {
      if (!schema) continue
      const found = limitsOf(schema)
      unlimited.push(...found.unlimited.map((path) => `${key} ${path}`).filter((at) => !AS_IT_CAME.test(at)))
      for (const { path, larger, largest } of found.limits) {
        if (AS_IT_CAME.test(`${key} ${path}`) || IN_SEVERAL_FORMS.test(`${key} ${path}`)) continue
        const refused = await ask(target, schema, path, larger)
        expect(refused.status, refused.shown).toBe(400)
        // One of several in a query is as good as a single one.
        const name = target === 'query' ? path.replace(/\.0$/, '') : path
        expect(refused.named, refused.shown).toContain(name)
        count++
        // What a stream begins with is not waited for here.
        if (largest === NONE || pattern.includes('/events/')) continue
        const taken = await ask(target, schema, path, largest)
        expect(taken.tooLarge, taken.shown).not.toContain(path)
      }
    }
    for (const { path, larger } of param ? limitsOf(param).limits : []) {
      const url = pattern.replace(/:\w+(\{[^}]*\})?/, String(larger))
      const { status, body } = await app.call(method, url)
      expect([status, body.details?.[0]?.path], `${key} ${path}`).toEqual([400, path])
      count++
    }
  }
  expect(unlimited.sort()).toEqual(UNLIMITED.sort())
  expect(count).toBeGreaterThan(150)
})

describe('queries', () => {
  const lists = ['/api/v1/agents', '/api/v1/quicktest', '/api/v1/results', '/api/v1/campaigns']
  const bad = [
    'page=0',
    'page=-1',
    'page=x',
    'page=1.5',
    'page=',
    'per_page=0',
    'per_page=101',
    'page=1&page=2',
  ]
  for (const path of lists) {
    test(`36: ${path} names a query that is out of range or no number`, async () => {
      const { app } = await furnished()
      for (const query of bad) {
        const { status, body } = await app.call('GET', `${path}?${query}`)
        expect(status, query).toBe(400)
        expect(body.details[0].path).toBe(query.split('=')[0])
      }
      expect((await app.call('GET', `${path}?page=1000000&per_page=100`)).body.items).toEqual([])
    })
  }
  test('36: so do logs: after and limit', async () => {
    const { app, test } = await furnished()
    for (const query of ['after=-1', 'after=x', 'limit=0', 'limit=5001', 'limit=x'])
      expect((await app.call('GET', `/api/v1/quicktest/${test}/logs?${query}`)).status, query).toBe(400)
  })
})

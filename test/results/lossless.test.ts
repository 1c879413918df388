import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { JsonValueText } from './_json-text.ts'
import { reporter } from './_reports.ts'

const OWN = ['id', 'agent_id', 'quick_test_id', 'campaign_id', 'received_at', 'simulated']
const extra = fc.dictionary(
  fc
    .string({ unit: 'binary', maxLength: 8 })
    .filter((key) => key.isWellFormed() && !['model', 'engine', 'results', ...OWN].includes(key)),
  JsonValueText,
  { maxKeys: 6, noNullPrototype: true },
)

const app = async () => {
  const made = await createTestApp()
  const { reportText, report, agent_id } = await reporter(made)
  const text = async (path: string) => (await made.fetch(`http://test/api/v1/results${path}`)).text()
  return { ...made, text, reportText, report, agent_id }
}

test('a document comes back as the text it was reported as, up to its last brace', async () => {
  const { text, reportText } = await app()
  await fc.assert(
    fc.asyncProperty(extra, async (members) => {
      const rest = Object.entries(members).map(([key, raw]) => `, ${JSON.stringify(key)} :${raw}`)
      const document = `{ "model":"m","engine" : "e"${rest.join('')} }`
      const answer = await text(`/${await reportText(document)}`)
      expect(answer.slice(0, document.length - 1)).toBe(document.slice(0, -1))
      expect(answer.slice(document.length - 1)).toMatch(
        /^,"id":"[0-9a-f]{16}","agent_id":"[0-9a-f]{16}",[^{}]*\}$/,
      )
    }),
    { numRuns: 150 },
  )
})

test.each([
  ['numbers beyond doubles', '"x":[1e400,-0,1.0,12345678901234567890,0.1000]'],
  ['key order, keys like numbers', '"10":1,"9":2,"a":3,"1":4'],
  ['doubled keys', '"x":1,"x":2'],
  ['escapes as they were', '"\\u0078":"\\u00e9\\ud800\\u0000\\/é😀"'],
  ['keys of the language', '"__proto__":{"x":1},"constructor":null,"toString":0'],
  ['text that looks like structure', '"x":"}],{\\"outputs\\":[1]","y":"\\\\"'],
])('%s stay in the single result and in the list', async (_, members) => {
  const { text, reportText } = await app()
  const document = `{"model":"m","engine":"e",${members}}`
  const id = await reportText(document)
  expect(await text(`/${id}`)).toContain(document.slice(0, -1))
  expect(await text('')).toContain(document.slice(0, -1))
})

test('fields of KITT replace members of the same name, however spelled, and those alone', async () => {
  const { text, report, reportText, agent_id } = await app()
  const id = await reportText(
    '{"id":"forged","model":"m","agent_id":[1],"engine":"e","received\\u005fat":1,"campaign_id":"forged","quick_test_id":{},"simulated":"no","Id":"kept","inner":{"id":"kept"}}',
  )
  for (const answer of [await text(`/${id}`), (await text('')).replace(/^\{"items":\[|\],"total".*$/g, '')]) {
    expect(answer).not.toContain('forged')
    expect(answer.match(/"id":/g)).toHaveLength(2)
    expect(JSON.parse(answer)).toEqual({
      model: 'm',
      engine: 'e',
      Id: 'kept',
      inner: { id: 'kept' },
      id,
      agent_id,
      quick_test_id: null,
      campaign_id: null,
      received_at: '2026-01-15T12:00:00.000Z',
      simulated: false,
    })
  }
  expect(await report({ model: 'm', engine: 'e', simulated: true })).not.toBe(id)
})

test('lists leave out the outputs of benchmarks, however spelled; the single result keeps them', async () => {
  const { text, reportText } = await app()
  const id = await reportText(
    '{"model":"m","engine":"e","results":[{"outputs":["secret-a"],"metrics":{"outputs":1}},{"output\\u0073":"secret-b"},3]}',
  )
  const list = await text('')
  expect(list).not.toMatch(/secret/)
  expect(list).toContain('"results":[{"metrics":{"outputs":1}},{},3]')
  expect(await text(`/${id}`)).toMatch(/secret-a.*secret-b/)
})

test('what has an odd type is kept, and not used', async () => {
  const { text, report, call } = await app()
  const document = {
    model: 'm',
    engine: 'e',
    suite_name: 7,
    timestamp: {},
    passed: 'yes',
    results: 'none',
    system_info: [],
  }
  const id = await report(document)
  expect(JSON.parse(await text(`/${id}`))).toMatchObject(document)
  const { body } = await call('GET', '/api/v1/results?passed=true')
  expect(body.total).toBe(0)
})

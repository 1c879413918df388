import { expect, test } from 'vitest'
import { BenchOptions } from '../../../agent/bench/options.ts'
import { createSimulator } from '../../../agent/bench/simulator/simulator.ts'
import { runSuite } from '../../../agent/bench/suites/suites.ts'
import { headerProblem, keyProblem } from '../../../lib/header-rules.ts'

test.each([
  ['X-Org', 'lab 7; q=1'],
  ['x-tab', 'a\tb'],
  ['X-Name', 'Zoë'],
  ['X-Empty', ''],
])('a request can carry %s: %j', (name, value) => {
  expect(headerProblem(name, value)).toBeUndefined()
})

test.each([
  ['X Org', 'a', /"X Org" is not a valid name/],
  ['X-\u001b[2J', 'a', /"X-\?\[2J" is not a valid/],
  ['', 'a', /is not a valid name/],
  ['Content-Length', '7', /Content-Length is set by the connection/],
  ['X-Org', 'a\r\nX-Evil: b', /contains a line break as character 2 of 12/],
  ['X-Org', 'sk-…5', /contains U\+2026 "…" as character 4 of 5/],
  ['X-Org', 'a\u0000', /contains U\+0000 as character 2 of 2/],
  ['X-Org', '[hidden]', /hidden in results: give it again/],
])('no request can carry %j: %j', (name, value, sentence) => {
  expect(headerProblem(name, value)).toMatch(sentence)
  expect(BenchOptions.safeParse({ headers: { [name]: value } }).success).toBe(false)
})

test.each([
  ['sk-…5', /^contains U\+2026 "…" as character 4 of 5; /],
  [' sk-5', /^contains a space as character 1 of 5; /],
  ['sk-5\n', /^contains a line break as character 5 of 5; /],
  ['sk-🔑-5', /^contains U\+1F511 "🔑" as character 4 of 6; /],
  ['sk-\u200b5', /^contains U\+200B as character 4 of 5; /],
])('%j is no key, and the sentence does not hold it', (key, sentence) => {
  expect(keyProblem(key)).toMatch(sentence)
  expect(keyProblem(key)).not.toContain(key)
})

test('a key of printable ASCII is one', () => {
  expect(keyProblem('sk-proj_A1+/=~!"')).toBeUndefined()
})

test('a result names its headers and holds no value of them; its command can be run as it is', async () => {
  const headers = { 'X-Org': 'very-secret', 'X-Team': 'lab' }
  const { request: fetch } = createSimulator({ ttftMs: 1, tpotMs: 1 })
  const about = {
    baseUrl: 'http://simulated',
    model: 'm',
    engine: 'e',
    suite: 'quick',
    kittVersion: '0',
  } as const
  const options = {
    requests: 1,
    headers,
    omit: ['temperature'],
    workers: 'auto',
    max_tokens_field: 'max_new',
  } as const
  const document = await runSuite({ ...about, fetch, options: { ...options, omit: [...options.omit] } })
  expect(JSON.stringify(document)).not.toMatch(/very-secret|"lab"/)
  expect(document.config.options.headers).toEqual({ 'X-Org': '[hidden]', 'X-Team': '[hidden]' })
  expect(document.config.command).not.toMatch(/hidden|X-Org/)
  expect(document.config.command).toContain('"omit":["temperature"]')
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../app/routes.ts'
import { AGENTS, DISTRIBUTION } from './_contract-agents.ts'
import { ENGINES, MODELS, RESULTS } from './_contract-data.ts'
import { type Lab, openLab } from './_contract-lab.ts'
import type { Rows } from './_contract-rows.ts'
import { SERVER } from './_contract-server.ts'
import { askAll } from './_contract-table.ts'
import { CAMPAIGNS, QUICKTEST } from './_contract-tests.ts'

const ROWS: Rows = {
  ...{ ...SERVER, ...AGENTS, ...DISTRIBUTION },
  ...{ ...QUICKTEST, ...CAMPAIGNS, ...RESULTS, ...MODELS, ...ENGINES },
}

test('every route of the server has a row in the table, every row a route', () => {
  expect(Object.keys(ROWS).sort()).toEqual(Object.keys(routes).sort())
})

describe('the contract on the running server', () => {
  const home = mkdtempSync(join(tmpdir(), 'kitt-contract-'))
  const ends: (() => Promise<void>)[] = [async () => rmSync(home, { recursive: true, force: true })]
  let lab: Lab
  let documented: (key: string) => number[]
  beforeAll(async () => {
    lab = await openLab(home, (end) => ends.unshift(end))
    const { paths } = (await lab.admin('GET', '/openapi.json')).body
    documented = (key) => {
      const [method = '', path = ''] = key.split(' ')
      const operation = paths[path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')][method.toLowerCase()]
      return Object.keys(operation.responses).map(Number)
    }
  })
  afterAll(async () => {
    for (const end of ends) await end()
  })

  test.each(Object.entries(ROWS))('%s: success, and each of its error answers', async (key, row) => {
    const address = `203.0.113.${Object.keys(ROWS).indexOf(key)}`
    const seen = await askAll(lab, key, row, address)
    // Any route may be 503: those that can be made to are, in their rows.
    const rest = documented(key).filter((status) => status !== 503 && !row.elsewhere?.includes(status))
    expect([...seen].filter((status) => status !== 503).sort()).toEqual(rest.sort())
    expect(lab.server.output.text).not.toContain('a request failed')
  })

  test('what the table of routes does not name: the reference page, and 404 in JSON', async () => {
    const page = await lab.ask({ method: 'GET', path: '/docs' })
    expect([page.status, page.type]).toEqual([200, expect.stringContaining('text/html')])
    for (const path of ['/api', '/api/v1', '/api/v1/nothing', '/api/v2/agents']) {
      const { status, body } = await lab.ask({ method: 'GET', path })
      expect([status, body], path).toEqual([404, { error: expect.any(String) }])
    }
  })
})

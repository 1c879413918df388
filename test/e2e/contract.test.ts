import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../app/api/routes.ts'
import { actionOf } from '../../app/audit/words.ts'
import { ACCESS } from './_contract-access.ts'
import { AGENTS, DISTRIBUTION } from './_contract-agents.ts'
import { ALERTS } from './_contract-alerts.ts'
import { ENGINES, MODELS, RESULTS } from './_contract-data.ts'
import { type Lab, openLab } from './_contract-lab.ts'
import type { Rows } from './_contract-rows.ts'
import { SCHEDULES } from './_contract-schedules.ts'
import { SERVER } from './_contract-server.ts'
import { SETUPS } from './_contract-setups.ts'
import { askAll } from './_contract-table.ts'
import { CAMPAIGNS, QUICKTEST } from './_contract-tests.ts'
import { BASELINES, JUDGING } from './_contract-verdicts.ts'
import { WEBHOOKS } from './_contract-webhooks.ts'
import { startKitt } from './_server.ts'

const ROWS: Rows = {
  ...{ ...ACCESS, ...ALERTS },
  ...{ ...SERVER, ...AGENTS, ...DISTRIBUTION },
  ...{ ...QUICKTEST, ...CAMPAIGNS, ...RESULTS, ...MODELS, ...ENGINES },
  ...{ ...BASELINES, ...JUDGING, ...SETUPS, ...SCHEDULES, ...WEBHOOKS },
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
    const rest = documented(key).filter(
      (status) => status !== 503 && status !== row.embedded && !(status in (row.elsewhere ?? {})),
    )
    expect([...seen].filter((status) => status !== 503).sort()).toEqual(rest.sort())
    expect(lab.server.output.text).not.toContain('a request failed')
  })

  test('every change of the table is in the audit', async () => {
    const changes = Object.entries(routes).filter(
      ([key, { access }]) => !key.startsWith('GET ') && (access === 'run' || access === 'admin'),
    )
    for (const [key] of changes) {
      const { body } = await lab.admin('GET', `/audit?outcome=done&action=${actionOf(key)}`)
      expect(body.total, key).toBeGreaterThan(0)
    }
  })

  test('over HTTPS, and where the agent was not packed: what the rows say of such a server', async () => {
    const dist = join(home, 'bare/dist')
    cpSync('dist', dist, { recursive: true, filter: (path) => !path.endsWith('.tgz') })
    symlinkSync(resolve('node_modules'), join(home, 'bare/node_modules'))
    copyFileSync('package.json', join(home, 'bare/package.json'))
    const secure = { home: join(home, 'secure'), tls: true, program: join(dist, 'bin/kitt.js') }
    const server = await startKitt(secure)
    let asked = 0
    for (const [key, { elsewhere = {} }] of Object.entries(ROWS)) {
      for (const [status, says] of Object.entries(elsewhere)) {
        const trusted = ['-sS', '--cacert', join(server.home, 'certs/ca.pem'), '-w', '%{stderr}%{http_code}']
        const url = server.url + key.slice('GET '.length)
        const { stdout, stderr } = spawnSync('curl', [...trusted, url], { encoding: 'utf8' })
        expect([stderr, stdout], key).toEqual([status, expect.stringMatching(says)])
        asked++
      }
    }
    expect(asked).toBe(5)
    expect(server.output.text).not.toContain('a request failed')
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

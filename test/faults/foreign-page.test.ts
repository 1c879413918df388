import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { openPage, useBrowser } from '../dashboard/_browser.ts'
import { withoutBrowser } from '../dashboard/_chromium.ts'
import { eventually, startKitt } from '../e2e/_server.ts'
import { furnished, ROUTES } from '../http/_routes.ts'

const FOREIGN: [string, Record<string, string>][] = [
  ['of another site', { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }],
  ['on another port', { 'Sec-Fetch-Site': 'same-site', Origin: 'http://test:81' }],
  ['of another site, in an old browser', { Origin: 'https://evil.example' }],
  ['without an origin that could be told', { Origin: 'null' }],
]
const OWN: Record<string, string>[] = [{}, { Origin: 'http://test' }, { 'Sec-Fetch-Site': 'same-origin' }]

describe('with --no-auth, where the browser needs no token to act for whoever looks at a page', () => {
  test.each(FOREIGN)('43: a page %s is refused whatever it would change', async (_, headers) => {
    const { app, fill } = await furnished({ no_auth: true })
    const before = await app.call('GET', '/api/v1/agents')
    for (const { key, method, path } of ROUTES.filter(({ method }) => method !== 'GET')) {
      const init = { method, headers: { 'Content-Type': 'application/json', ...headers }, body: '{}' }
      const { status } = await app.fetch(`http://test${fill(path)}`, init)
      expect(status, key).toBe(403)
      const bare = await app.fetch(`http://test${fill(path)}`, { method, headers })
      expect(bare.status, key).toBe(403)
    }
    expect((await app.call('GET', '/api/v1/agents')).body).toEqual(before.body)
  })

  test('43: its own page, and programs, may', async () => {
    const { app } = await furnished({ no_auth: true })
    for (const headers of OWN) {
      const made = await app.fetch('http://test/api/v1/agents/virtual', { method: 'POST', headers })
      expect(made.status, JSON.stringify(headers)).toBe(201)
    }
  })
})

/** Everything that a page may send elsewhere without being asked first, and what it would have to ask for. */
const page = (target: string) => `<!doctype html><title>evil</title>
<iframe name="one"></iframe><iframe name="two"></iframe>
<form target="one" method="post" action="${target}/agents/virtual"></form>
<form target="two" method="post" enctype="text/plain" action="${target}/agents/provision">
<input name='{"name":"by-form","x":"' value='"}'></form>
<script>
for (const form of document.forms) form.submit()
const simple = { method: 'POST', mode: 'no-cors', credentials: 'include' }
const json = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }
const quiet = (asked) => asked.catch(() => {})
navigator.sendBeacon('${target}/agents/virtual', '{}')
Promise.all([
  quiet(fetch('${target}/agents/virtual', simple)),
  quiet(fetch('${target}/agents/provision', { ...simple, body: '{"name":"by-text"}' })),
  quiet(fetch('${target}/agents/provision', { ...simple, body: new URLSearchParams({ name: 'x' }) })),
  quiet(fetch('${target}/agents/virtual', json)),
  quiet(fetch('${target}/settings', { ...json, method: 'PUT', body: '{"event_days":1}' })),
]).then(() => { document.title = 'done' })
</script>`

describe.skipIf(withoutBrowser)('a real browser', () => {
  useBrowser()

  test('43: a foreign page posts forms, text/plain and no-cors requests: they arrive, and nothing changes', async () => {
    const server = await startKitt({ home: temporaryFolder(), args: ['--no-auth', '--log-level', 'info'] })
    const foreign = createServer((_, response) =>
      response.setHeader('Content-Type', 'text/html').end(page(`${server.url}/api/v1`)),
    )
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void foreign.close())
    const { port } = foreign.address() as AddressInfo
    // Another name than the server's: another site.
    const shown = await openPage({ url: `http://localhost:${port}`, expected: /./ })
    await shown.waitForFunction(() => document.title === 'done')
    const refusals = () => server.output.text.match(/POST 4\d\d/g)?.length ?? 0
    await eventually(async () => refusals() >= 6)
    const read = async (path: string) => (await fetch(`${server.url}/api/v1/${path}`)).json()
    expect(await read('agents')).toMatchObject({ total: 0 })
    expect(await read('settings')).toMatchObject({ event_days: { value: 7 } })
    expect(server.output.text).not.toMatch(/POST 2\d\d/)
  })
})

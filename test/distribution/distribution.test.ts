import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { AgentFiles } from '../../app/distribution/files.ts'
import { installCommand } from '../../app/distribution/service.ts'
import { ADMIN_TOKEN, createTestApp } from '../_setup.ts'
import { bytes, FILES, installScript, sha256 } from './_files.ts'

const serving = (agentFiles: AgentFiles | undefined = FILES) =>
  createTestApp({ agentFiles, protect_reads: true })

test.each(['package', 'build-context'])(
  '/agent/%s is open: bytes, digest, and nothing for who has it',
  async (path) => {
    const { fetch } = await serving()
    const url = `http://test/api/v1/agent/${path}`
    const answer = await fetch(url)
    expect(answer.status).toBe(200)
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes)
    const filename = path === 'package' ? 'kitt-agent-9.tgz' : 'kitt-agent-build-context-9.tgz'
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/gzip',
      'content-length': String(bytes.length),
      'content-disposition': `attachment; filename="${filename}"`,
      etag: `"${sha256}"`,
    })
    expect(await (await fetch(`${url}/sha256`)).json()).toEqual({ sha256, filename })
    const again = await fetch(url, { headers: { 'If-None-Match': `"other", W/"${sha256}"` } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    const changed = await fetch(url, { headers: { 'If-None-Match': '"other"' } })
    expect(changed.status).toBe(200)
  },
)

test.each(['package', 'package/sha256', 'build-context', 'build-context/sha256'])(
  '/agent/%s is 404 with a sentence where the agent was not built',
  async (path) => {
    const { call } = await serving({ installScript, authority: () => undefined })
    const { status, body } = await call('GET', `/api/v1/agent/${path}`, undefined, null)
    expect([status, body.error]).toEqual([404, expect.stringContaining('npm run build')])
  },
)

test('install.sh is 404 of an app that was given none', async () => {
  const { call } = await createTestApp()
  const { status, body } = await call('GET', '/api/v1/agent/install.sh', undefined, null)
  expect([status, body]).toEqual([404, { error: 'This server does not offer the agent for download.' }])
})

test('install.sh is a script in which every value of the query is one word', async () => {
  const { fetch } = await serving()
  const name = `$(touch /x) '; rm -rf ~ #"\\`
  const query = new URLSearchParams({ name, port: '8123' })
  const answer = await fetch(`http://test/api/v1/agent/install.sh?${query}`)
  expect(answer.headers.get('content-type')).toMatch(/^text\/x-shellscript/)
  const script = await answer.text()
  expect(script).toContain(`\nname='$(touch /x) '\\''; rm -rf ~ #"\\'\nport='8123'\n`)
  expect(script).toContain(`\nserver='http://test'\n`)
  expect(script).not.toContain(ADMIN_TOKEN)
})

test.each(['port=0', 'port=65536', 'port=80%3Brm', 'port=-1', 'name=', 'name=a%0Ab'])(
  'install.sh?%s is refused',
  async (query) => {
    const { call } = await serving()
    expect((await call('GET', `/api/v1/agent/install.sh?${query}`, undefined, null)).status).toBe(400)
  },
)

test('ca.pem is there only where the server has a CA of its own', async () => {
  const { fetch } = await serving()
  expect(await (await fetch('http://test/api/v1/agent/ca.pem')).text()).toBe('the CA\n')
  const public_ = await serving({ ...FILES, authority: () => undefined })
  expect((await public_.fetch('http://test/api/v1/agent/ca.pem')).status).toBe(404)
})

test('the install command trusts a CA of the server only when it has the digest that the command names', async () => {
  const caDigest = createHash('sha256').update('the CA\n').digest('hex')
  const { call } = await createTestApp({ agentFiles: FILES, public_url: 'https://lab:8080' })
  const { body } = await call('POST', '/api/v1/agents/provision', { name: "o'neil" })
  expect(body.install_command).toBe(installCommand('https://lab:8080', { name: "o'neil", caDigest }))
  expect(body.install_command).toContain(caDigest)
  expect(body.install_command).not.toContain(body.token)
  expect(body.install_command.match(/-fsSk/g)).toHaveLength(1)
  expect(installCommand('http://lab', { name: 'a b', caDigest })).toBe(
    "curl -fsSL 'http://lab/api/v1/agent/install.sh?name=a+b' | bash",
  )
})

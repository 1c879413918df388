import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { asker } from '../e2e/_contract-ask.ts'
import { startKitt } from '../e2e/_server.ts'

const VERSION = '/api/v1/version'
const SCRIPT = '/api/v1/agent/install.sh'

const start = async (env: Record<string, string>) => {
  const server = await startKitt({ home: temporaryFolder(), env })
  const ask = asker(server.url)
  return {
    ...server,
    get: (path: string, headers: Record<string, string>) => ask({ method: 'GET', path, headers }),
    guess: (address: string) =>
      ask({
        ...{ method: 'POST', path: '/api/v1/agents/provision', token: 'nobody-issued-this' },
        ...{ headers: { 'X-Forwarded-For': address }, body: '{}' },
      }),
  }
}

test("44: only this machine's names are answered to, the public URL's, and those allowed; others are 421", async () => {
  const { get } = await start({
    KITT_ALLOWED_HOSTS: 'bench.example, other.example',
    KITT_PUBLIC_URL: 'https://kitt.example:8443',
  })
  const status = async (Host: string) => (await get(VERSION, { Host })).status
  const own = [
    'localhost',
    'bench.example:8080',
    'OTHER.example',
    '192.168.1.5:8080',
    '[::1]',
    'kitt.example',
  ]
  for (const host of own) expect(await status(host), host).toBe(200)
  const foreign = ['evil.example', 'localhost.evil.example', 'bench.example.evil.example', 'evil-localhost']
  for (const host of foreign) expect(await status(host), host).toBe(421)
  const inTurn = ['localhost', 'evil.example', 'evil.example', 'localhost', 'localhost', 'evil.example']
  for (const host of inTurn) expect(await status(host), host).toBe(host === 'localhost' ? 200 : 421)
  const refused = await get('/', { Host: 'evil.example' })
  expect([refused.status, refused.body.error]).toEqual([421, expect.stringContaining('KITT_ALLOWED_HOSTS')])
})

test('44: what a stranger forwards is ignored: neither his host, nor his scheme, nor his address counts', async () => {
  const { get, guess, port } = await start({ KITT_AUTH_FAILURES_PER_MINUTE: '1' })
  expect((await get(VERSION, { 'X-Forwarded-Host': 'evil.example' })).status).toBe(200)
  expect((await get(VERSION, { Host: 'evil.example', 'X-Forwarded-Host': 'localhost' })).status).toBe(421)
  const forwarded = { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' }
  const { text } = await get(SCRIPT, forwarded)
  expect(text).toContain(`server='http://127.0.0.1:${port}'`)
  expect(text).not.toContain('evil')
  expect((await guess('203.0.113.1')).status).toBe(403)
  expect((await guess('203.0.113.2')).status).toBe(429)
})

test('44: what a trusted proxy forwards counts', async () => {
  const { get, guess } = await start({
    ...{ KITT_TRUSTED_PROXIES: '127.0.0.0/8', KITT_AUTH_FAILURES_PER_MINUTE: '1' },
    ...{ KITT_ALLOWED_HOSTS: 'bench.example' },
  })
  expect((await get(VERSION, { 'X-Forwarded-Host': 'evil.example' })).status).toBe(421)
  const forwarded = { 'X-Forwarded-Host': 'bench.example', 'X-Forwarded-Proto': 'https' }
  expect((await get(SCRIPT, forwarded)).text).toContain("server='https://bench.example'")
  expect((await guess('203.0.113.1')).status).toBe(403)
  expect((await guess('203.0.113.2')).status).toBe(403)
  // A chain's own beginning is the caller's word: the last address that is no proxy of ours counts.
  expect((await guess('198.51.100.7, 203.0.113.2, 127.0.0.9')).status).toBe(429)
})

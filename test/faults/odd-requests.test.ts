import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { expect, test } from 'vitest'
import { routes } from '../../app/api/routes.ts'
import { ADMIN_TOKEN, createTestApp, temporaryFolder } from '../_setup.ts'
import { runKitt, runtime, startKitt } from '../e2e/_server.ts'

/** The answer to a request given byte for byte. */
function raw(
  port: number,
  text: string,
  tls = false,
): Promise<{ status: number; headers: string; body: string }> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const options = { port, host: '127.0.0.1', rejectUnauthorized: false }
    const socket = tls ? connectTls({ ...options, ALPNProtocols: ['http/1.1'] }) : connect(options)
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => {
      const [headers = '', body = ''] = answer.split('\r\n\r\n')
      resolve({ status: Number(headers.split(' ')[1]), headers: headers.toLowerCase(), body })
    })
    socket.write(text)
  })
}

const get = (lines: string) => `GET /api/v1/version HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`
const LARGE = `Host: localhost\r\nX-Large: ${'x'.repeat(300_000)}\r\n`

for (const tls of [false, true]) {
  test(`69: two Host headers, or one that is more than a name: 400 in JSON${tls ? ', over TLS' : ''}`, async () => {
    const { port } = await startKitt({ home: temporaryFolder(), tls })
    const odd = [
      'Host: localhost\r\nHost: localhost\r\n',
      'Host: localhost\r\nHost: evil.example\r\n',
      'Host: a@b\r\n',
      'Host: localhost@evil.example\r\n',
      'Host: localhost/api\r\n',
      'Host: local host\r\n',
      'Host: localhost:80:90\r\n',
    ]
    for (const lines of odd) {
      const answer = await raw(port, get(lines), tls)
      expect(answer.status, lines).toBe(400)
      expect(answer.headers, lines).toContain('content-type: application/json')
      expect(JSON.parse(answer.body), lines).toEqual({ error: expect.stringMatching(/Host header/) })
    }
    for (const host of ['localhost', `LOCALHOST:${port}`, '[::1]', '192.168.1.5:8080'])
      expect((await raw(port, get(`Host: ${host}\r\n`), tls)).status, host).toBe(200)
    expect((await raw(port, get(LARGE), tls)).status).toBe(431)
  })
}

// Bun answers these itself, with a status and nothing else.
test.runIf(runtime !== 'bun')('69: what the parser gives up on is told in JSON: 431, 400', async () => {
  const { port } = await startKitt({ home: temporaryFolder() })
  for (const [text, status] of [
    [get(LARGE), 431],
    [get(''), 400],
    ['nonsense\r\n\r\n', 400],
    [get('Host: localhost\r\nContent-Length: x\r\n'), 400],
  ] as const) {
    const answer = await raw(port, text)
    expect(answer.status, text.slice(0, 60)).toBe(status)
    expect(JSON.parse(answer.body), text.slice(0, 60)).toEqual({ error: expect.stringMatching(/\.$/) })
    expect(answer.headers).toContain('cache-control: no-store')
  }
})

test('69: no answer to somebody who showed a token may be kept by a cache', async () => {
  const server = await startKitt({ home: temporaryFolder() })
  // What is open to everyone is the same for everyone: a token there is not looked at.
  const paths = Object.entries(routes)
    .filter(([key, { access }]) => key.startsWith('GET ') && access !== 'open')
    .map(([key]) => key.slice(4).replace(/:repo_id\{\.\+\}|:\w+/g, 'nothing'))
  for (const path of paths) {
    for (const token of [server.token, 'nobody-issued-this']) {
      const abort = new AbortController()
      const headers = { Authorization: `Bearer ${token}` }
      const { headers: got } = await fetch(server.url + path, { headers, signal: abort.signal })
      expect(got.get('cache-control'), path).toMatch(/\bno-store\b/)
      abort.abort()
    }
  }
  const page = await fetch(server.url)
  expect(page.headers.get('cache-control')).toBe('no-cache')
})

test('69: the same holds in the app itself, for changes too', async () => {
  const app = await createTestApp()
  const made = await app.call('POST', '/api/v1/agents/provision', {}, ADMIN_TOKEN)
  expect(made.headers.get('cache-control')).toBe('no-store')
})

test('69: the admin token can be given in a file; in the list of processes it is warned of, as is a short one', async () => {
  const home = temporaryFolder()
  const file = join(home, 'the-token')
  writeFileSync(file, 'an-admin-token-in-a-file-0123\n', { mode: 0o600 })
  const server = await startKitt({ home: temporaryFolder(), args: ['--auth-token-file', file] })
  const ask = (token: string) =>
    fetch(`${server.url}/api/v1/settings`, { headers: { Authorization: `Bearer ${token}` } })
  expect((await ask('an-admin-token-in-a-file-0123')).status).toBe(200)
  expect(server.output.text).toContain(`kept in ${file}`)
  expect(server.output.text).not.toMatch(/an-admin-token|EVERYONE|SHORT/)

  const shown = await startKitt({ home: temporaryFolder(), args: ['--auth-token', 'short-one'] })
  expect(shown.output.text).toMatch(/VISIBLE TO EVERYONE ON THIS MACHINE.*--auth-token-file/)
  expect(shown.output.text).toMatch(/SHORT/)
  expect(shown.output.text).not.toContain('short-one')

  const env = { KITT_HOME: temporaryFolder(), KITT_AUTH_TOKEN: 'an-admin-token-0123456789' }
  const both = await runKitt(['web', '--insecure', '--port', '0', '--auth-token-file', file], { env })
  expect([both.code, both.stderr]).toEqual([1, expect.stringContaining('not both')])
  const missing = await runKitt(['web', '--insecure', '--port', '0', '--auth-token-file', `${file}.not`], {
    env: { KITT_HOME: env.KITT_HOME },
  })
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('is missing or empty')])
})

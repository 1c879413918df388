import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { ADMIN_TOKEN, createTestApp, temporaryFolder } from '../_setup.ts'
import { startKitt } from '../e2e/_server.ts'

test('40: a token is compared by its digest, whatever its length: all digests are equally long', async () => {
  const app = await createTestApp()
  const digested: [text: string, digest: string][] = []
  const { sha256 } = app.deps
  app.deps.sha256 = (text) => {
    const digest = sha256(text)
    digested.push([String(text), digest])
    return digest
  }
  const tokens = ['x', 'x'.repeat(100_000), ADMIN_TOKEN.slice(0, -1), ADMIN_TOKEN]
  for (const token of tokens) await app.call('POST', '/api/v1/agents/provision', {}, token)
  expect(digested.map(([text]) => text)).toEqual(expect.arrayContaining(tokens))
  for (const [, digest] of digested) expect(digest).toMatch(/^[0-9a-f]{64}$/)
})

/** The status of a request with these bytes as its Authorization; 0 where the connection was cut. */
const statusOf = (port: number, authorization: Buffer) =>
  new Promise<number>((resolve) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('POST /api/v1/agents/provision HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ')
      socket.write(authorization)
      socket.write('\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}')
    })
    socket.on('data', (data) => {
      text += data
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(Number(text.split(' ')[1] ?? 0)))
  })

test('40: to a running server odd tokens are 401 or 403, one too long for any header is cut off by HTTP itself: never 5xx', async () => {
  const env = { KITT_AUTH_FAILURES_PER_MINUTE: '1000' }
  const server = await startKitt({ home: temporaryFolder(), env })
  const { port, token } = server
  const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding)
  const odd: [string, Buffer, number[]][] = [
    ['é in UTF-8', bytes('Bearer é'), [401, 403]],
    ['é in Latin-1', bytes('Bearer é', 'latin1'), [401, 403]],
    ['empty', bytes(''), [401]],
    ['only the scheme', bytes('Bearer '), [401]],
    ['10 KB', bytes(`Bearer ${'x'.repeat(10_000)}`), [403]],
    ['1 MB', bytes(`Bearer ${'x'.repeat(1_000_000)}`), [0, 431]],
    ['a trailing space', bytes(`Bearer ${token} `), [201]],
    ['a lower-case scheme', bytes(`bearer ${token}`), [201]],
    ['its beginning', bytes(`Bearer ${token.slice(0, -1)}`), [403]],
  ]
  for (const [name, authorization, expected] of odd)
    expect(expected, name).toContain(await statusOf(port, authorization))
  expect(server.output.text).not.toContain('a request failed')
  expect((await fetch(`${server.url}/api/v1/health`)).status).toBe(200)
})

import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect } from 'node:http2'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { eventually, type RunningServer, runtime, startKitt } from '../e2e/_server.ts'

/** Asks over connections that stay open; gives the status, the text, and what is said about the connection. */
function asker({ port, token }: RunningServer) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  const headers = { Authorization: `Bearer ${token}` }
  return (method: string, path: string) =>
    new Promise<{ status: number | undefined; connection: string | undefined; body: unknown }>(
      (resolve, reject) => {
        const options = { host: '127.0.0.1', port, path: `/api/v1${path}`, method, headers, agent }
        const asked = request(options, (answer) => {
          let text = ''
          answer.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk
          })
          const { statusCode: status, headers } = answer
          answer.on('end', () => resolve({ status, connection: headers.connection, body: JSON.parse(text) }))
        })
        asked.on('error', reject).end()
      },
    )
}

test('a server told to stop says so first: health is 503, all else goes on, and connections end with their answer', async () => {
  const server = await startKitt({ home: temporaryFolder(), env: { KITT_DRAIN_S: '3' } })
  const ask = asker(server)
  const stream = await fetch(`${server.url}/api/v1/events/stream`)
  const streamed = stream.text()
  expect(await ask('GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } })
  const began = performance.now()
  const stopped = server.stop()
  const health = await eventually(async () => {
    const answer = await ask('GET', '/health')
    return answer.status === 503 && answer
  })
  expect(health).toMatchObject({ body: { status: 'draining', error: expect.any(String) } })
  expect(await ask('POST', '/agents/virtual')).toMatchObject({ status: 201, connection: 'close' })
  expect(await ask('GET', '/agents')).toMatchObject({ status: 200, connection: 'close', body: { total: 1 } })
  expect(await stopped).toBe(0)
  expect(performance.now() - began).toBeGreaterThanOrEqual(3000)
  // The stream was open to the end: it has the event of the agent that was made meanwhile.
  const text = await streamed
  expect(text).toContain('event: agent_status')
  expect(text.trimEnd().endsWith('retry: 3000')).toBe(true)
})

/** The status of health over an HTTP/2 connection of its own. */
async function statusOver(url: string, ca: Buffer): Promise<number> {
  const session = connect(url, { ca })
  try {
    return await new Promise<number>((resolve, reject) => {
      const asked = session.request({ ':path': '/api/v1/health' })
      asked.on('error', reject).once('response', (headers) => resolve(Number(headers[':status'])))
    })
  } finally {
    session.destroy()
  }
}

test('over HTTP/2 a server that is about to stop asks for another connection, and ends none that is used', async () => {
  const home = temporaryFolder()
  const server = await startKitt({ home, tls: true, env: { KITT_DRAIN_S: '3' } })
  const ca = readFileSync(join(home, 'certs/ca.pem'))
  const session = connect(server.url, { ca })
  onTestFinished(() => session.destroy())
  const stream = session.request({ ':path': '/api/v1/events/stream' })
  const told = new Promise<void>((resolve) => session.once('goaway', () => resolve()))
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  await eventually(async () => text.includes('retry'))
  const ended = new Promise<void>((resolve) => stream.once('end', () => resolve()))
  const stopped = server.stop()
  // Bun cannot say it; a new connection is answered there as ever.
  if (runtime === 'bun') await eventually(async () => (await statusOver(server.url, ca)) === 503)
  else await told
  expect(stream.destroyed).toBe(false)
  expect(await stopped).toBe(0)
  await ended
  expect(text.trimEnd().endsWith('retry: 3000')).toBe(true)
})

test('Ctrl-C waits for no load balancer, and neither does a lone server on a file', async () => {
  const asked = await startKitt({ home: temporaryFolder(), env: { KITT_DRAIN_S: '60' } })
  expect(await asked.stop('SIGINT')).toBe(0)
  const lone = await startKitt({ home: temporaryFolder() })
  const began = performance.now()
  expect(await lone.stop('SIGTERM')).toBe(0)
  expect(performance.now() - began).toBeLessThan(8000)
})

test('a second signal ends a server that drains at once', async () => {
  const server = await startKitt({ home: temporaryFolder(), env: { KITT_DRAIN_S: '60' } })
  const stopped = server.stop('SIGTERM')
  await eventually(async () => (await fetch(`${server.url}/api/v1/health`)).status === 503)
  server.stop('SIGTERM')
  expect(await stopped).toBe(1)
})

import { once } from 'node:events'
import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../../app/server/listen.ts'
import { newIdentity } from '../server/_certs.ts'

/** A connection, and with which code the other end told it to go. */
async function open(url: string, ca: string) {
  const session = connect(url, { ca })
  onTestFinished(() => session.destroy())
  session.on('error', () => {})
  const told = new Promise<number | undefined>((resolve) => {
    session.once('goaway', resolve)
    session.once('close', () => resolve(undefined))
  })
  await once(session, 'connect')
  return { session, told }
}

/** Opens requests and resets each once it was sent: one that is reset before that never is. */
async function reset(session: ClientHttp2Session, count: number) {
  const requests = Array.from({ length: count }, () =>
    session.request({ ':path': '/' }).on('error', () => {}),
  )
  expect(await pinged(session)).toBe(true)
  for (const request of requests) request.close(constants.NGHTTP2_CANCEL)
}

/** Whether the other end answers still. */
const pinged = (session: ClientHttp2Session) =>
  new Promise<boolean>((resolve) => {
    if (!session.ping((error) => resolve(error === null))) resolve(false)
  })

test('54: HTTP/2: more than 200 resets within 10 s end the connection with GOAWAY; 200 do not', async () => {
  const { authority, leaf } = await newIdentity()
  const fetch = () => new Promise<Response>((resolve) => setTimeout(() => resolve(new Response('ok')), 1000))
  const server = await listen({ fetch, host: '127.0.0.1', port: 0, tls: { cert: leaf.cert, key: leaf.key } })
  onTestFinished(() => server.close(0))
  const { session, told } = await open(server.url, authority.cert)
  for (let i = 0; i < 4; i++) await reset(session, 50)
  // What the server had to say of the resets came before the answer to this.
  expect(await pinged(session)).toBe(true)
  await reset(session, 1)
  expect(await told).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM)
})

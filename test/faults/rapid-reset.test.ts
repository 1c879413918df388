import { once } from 'node:events'
import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../../app/server/listen.ts'
import { newIdentity } from '../server/_certs.ts'

/** Opens requests and resets each at once, `many` of them a turn. @returns how many were begun, and what ended the session */
async function reset(url: string, ca: string, count: number) {
  const session = connect(url, { ca })
  onTestFinished(() => session.destroy())
  let code: number | undefined
  session.on('goaway', (told) => {
    code = told
  })
  session.on('error', () => {})
  // What is reset before there is a connection is never sent.
  await once(session, 'connect')
  const closed = new Promise<void>((resolve) => session.once('close', () => resolve()))
  for (let i = 0; i < count && !session.destroyed && !session.closed; i++) {
    const request = session.request({ ':path': '/' })
    request.on('error', () => {})
    request.close(constants.NGHTTP2_CANCEL)
    if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return { session, closed, code: () => code }
}

/** Whether the other end answers still. */
const pinged = (session: ClientHttp2Session) =>
  new Promise<boolean>((resolve) => {
    session.once('close', () => resolve(false))
    if (!session.ping((error) => resolve(error === null))) resolve(false)
  })

test('54: HTTP/2: more than 200 resets within 10 s end the connection with GOAWAY; fewer do not', async () => {
  const { authority, leaf } = await newIdentity()
  const fetch = () => new Promise<Response>((resolve) => setTimeout(() => resolve(new Response('ok')), 1000))
  const server = await listen({ fetch, host: '127.0.0.1', port: 0, tls: { cert: leaf.cert, key: leaf.key } })
  onTestFinished(() => server.close(0))
  const patient = await reset(server.url, authority.cert, 150)
  // What the server had to say of the resets came before the answer to this.
  expect(await pinged(patient.session)).toBe(true)
  expect(patient.code()).toBe(undefined)
  const rapid = await reset(server.url, authority.cert, 600)
  await rapid.closed
  expect(rapid.code()).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM)
})

import https from 'node:https'
import type net from 'node:net'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { listen } from '../../app/server/listen.ts'
import type { Listening, TlsOptions } from '../../app/server/listen-options.ts'
import { issueLeaf, type KeyPair } from '../../app/server/tls/issue.ts'
import { newTestApp } from '../server/_app.ts'
import { issueClient, newIdentity } from '../server/_certs.ts'
import { getHttp1, getHttp2 } from '../server/_clients.ts'

const LONG_AGO = new Date(Date.now() - 91 * 86_400_000)
const running: Listening[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)))
})

let mine: { authority: KeyPair; leaf: KeyPair }
let other: { authority: KeyPair; leaf: KeyPair }
let ca: string
beforeAll(async () => {
  // A CA of that time, so that only what it signs for a while has ended.
  mine = await newIdentity(LONG_AGO)
  mine.leaf = await issueLeaf(mine.authority, ['localhost', '127.0.0.1'], new Date())
  other = await newIdentity()
  ca = mine.authority.cert
})

async function start(options: Partial<TlsOptions> = {}) {
  const test = newTestApp()
  const tls = { ...mine.leaf, ...options }
  const server = await listen({ fetch: test.app.fetch, host: '127.0.0.1', port: 0, tls })
  running.push(server)
  return server
}

it('48: the certificate is refused by a client with another CA, with none, and for another name', async () => {
  const { url } = await start()
  await expect(getHttp1(`${url}/env`, { ca: other.authority.cert })).rejects.toThrow(/verify|certificate/)
  await expect(getHttp2(`${url}/env`, other.authority.cert)).rejects.toThrow(/verify|certificate/)
  await expect(getHttp1(`${url}/env`)).rejects.toThrow(/self-signed|verify/)
  await expect(getHttp1(`${url}/env`, { ca, servername: 'example.org' })).rejects.toThrow(/altnames/)
})

it('48: a certificate of a stranger is refused though the CA signed it: its key is good for private names alone', async () => {
  const { url } = await start(await issueLeaf(mine.authority, ['example.org'], new Date()))
  await expect(getHttp1(`${url}/env`, { ca, servername: 'example.org' })).rejects.toThrow(/permitted subtree/)
})

const legacy = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const

it('48: TLS 1.1 is refused, by a client that gets on with an old server', async () => {
  const { url } = await start()
  const old = https.createServer({ ...mine.leaf, ...legacy }, (_, response) => response.end('old'))
  await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve))
  const { port } = old.address() as net.AddressInfo
  expect((await getHttp1(`https://127.0.0.1:${port}/`, { ca, ...legacy })).body).toBe('old')
  old.close()
  await expect(getHttp1(`${url}/env`, { ca, ...legacy })).rejects.toThrow(/protocol version/)
})

it('48: an expired certificate of the server is refused by its clients, an expired one of a client by the server', async () => {
  const expired = await issueLeaf(mine.authority, ['localhost', '127.0.0.1'], LONG_AGO)
  await expect(getHttp1(`${(await start(expired)).url}/env`, { ca })).rejects.toThrow(/expired/)
  const { url } = await start({ clientCa: ca, requireClientCert: true })
  expect((await getHttp1(`${url}/env`, { ca, ...(await issueClient(mine.authority)) })).status).toBe(200)
  const late = await issueClient(mine.authority, LONG_AGO, new Date(Date.now() - 86_400_000))
  await expect(getHttp1(`${url}/env`, { ca, ...late })).rejects.toThrow(/expired|ECONNRESET|hang up/)
})

import tls from 'node:tls'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { listen } from '../../app/server/listen.ts'
import type { Listening, TlsOptions } from '../../app/server/listen-options.ts'
import { ensureCertificates } from '../../app/server/tls/ensure.ts'
import { issueLeaf, type KeyPair } from '../../app/server/tls/issue.ts'
import { startRenewal } from '../../app/server/tls/renewal.ts'
import { newTestApp } from '../server/_app.ts'
import { issueClient, newDirectory, newIdentity } from '../server/_certs.ts'
import { getHttp1, getHttp2 } from '../server/_clients.ts'

const running: Listening[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)))
})

let mine: { authority: KeyPair; leaf: KeyPair }
let other: { authority: KeyPair; leaf: KeyPair }
let ca: string
beforeAll(async () => {
  mine = await newIdentity()
  other = await newIdentity()
  ca = mine.authority.cert
})

async function start(options: Partial<TlsOptions> = {}) {
  const test = newTestApp()
  const server = await listen({
    fetch: test.app.fetch,
    host: '127.0.0.1',
    port: 0,
    tls: { ...mine.leaf, ...options },
  })
  running.push(server)
  return { ...test, ...server }
}

describe('mutual TLS', () => {
  const agent = async () => ({ ca, ...(await issueClient(mine.authority)) })
  const stranger = async () => ({ ca, ...(await issueClient(other.authority)) })

  it('48: client certificates required: a client without a certificate or with a foreign one is refused', async () => {
    const { url } = await start({ clientCa: ca, requireClientCert: true })
    expect((await getHttp1(`${url}/env`, await agent())).status).toBe(200)
    await expect(getHttp1(`${url}/env`, { ca })).rejects.toThrow()
    await expect(getHttp2(`${url}/env`, ca)).rejects.toThrow()
    await expect(getHttp1(`${url}/env`, await stranger())).rejects.toThrow()
  })

  it('48: client certificates not required: none is fine, a foreign one is refused all the same', async () => {
    const { url } = await start({ clientCa: ca })
    expect((await getHttp1(`${url}/env`, { ca })).status).toBe(200)
    expect((await getHttp1(`${url}/env`, await agent())).status).toBe(200)
    await expect(getHttp1(`${url}/env`, await stranger())).rejects.toThrow()
  })
})

describe('a renewed certificate', () => {
  const seen = (port: number, ca: string) =>
    new Promise<tls.PeerCertificate>((resolve, reject) => {
      const socket = tls.connect({ port, host: 'localhost', ca }, () => {
        resolve(socket.getPeerCertificate())
        socket.end()
      })
      socket.on('error', reject)
    })

  it('48: a renewed certificate is served 30 days before the end without a restart, open streams go on', async () => {
    const { dir, remove } = newDirectory()
    let now = new Date(Date.now() - 61 * 86_400_000)
    const load = () => ensureCertificates({ dir, now, hostnames: [] })
    const current = await load()
    const { url, port, setSecureContext } = await start(current)
    let look: () => unknown = () => {}
    const onRenewed = vi.fn(setSecureContext!)
    const stop = startRenewal({
      current,
      load,
      onRenewed,
      onError: (error) => expect.unreachable(String(error)),
      setTimer: (task) => {
        look = task
        return () => {}
      },
    })
    const stream = getHttp2(`${url}/events/500`, current.ca)
    const before = await seen(port, current.ca)
    await look()
    expect(await seen(port, current.ca)).toMatchObject({ serialNumber: before.serialNumber })
    now = new Date(now.getTime() + 61 * 86_400_000)
    await look()
    const after = await seen(port, current.ca)
    stop()
    remove()
    expect(onRenewed).toHaveBeenCalledOnce()
    expect(after.serialNumber).not.toBe(before.serialNumber)
    expect(Date.parse(after.valid_to) - Date.parse(before.valid_to)).toBe(61 * 86_400_000)
    expect((await stream).body).toContain('event: last')
  })

  it('48: with a renewed certificate client certificates are still asked for', async () => {
    const { url, setSecureContext } = await start({ clientCa: ca, requireClientCert: true })
    setSecureContext?.(await issueLeaf(mine.authority, ['localhost', '127.0.0.1'], new Date()))
    expect((await getHttp1(`${url}/env`, { ca, ...(await issueClient(mine.authority)) })).status).toBe(200)
    await expect(getHttp1(`${url}/env`, { ca })).rejects.toThrow()
  })
})

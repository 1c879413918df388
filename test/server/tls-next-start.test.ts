import { X509Certificate } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureCertificates } from '../../app/server/tls/ensure.ts'
import { CertificateError } from '../../app/server/tls/error.ts'
import { newDirectory, newIdentity, writePair } from './_certs.ts'

const DAY = 86_400_000
const start = new Date('2026-03-01T00:00:00Z')
const later = (days: number) => new Date(start.getTime() + days * DAY)
const parse = (pem: string) => new X509Certificate(pem)

let dir: string
let remove: () => void
beforeEach(() => {
  const made = newDirectory()
  dir = join(made.dir, 'certs')
  remove = made.remove
})
afterEach(() => remove())

const ensure = (now = start, hostnames = ['box', '192.168.7.5']) =>
  ensureCertificates({ dir, now, hostnames })
const file = (name: string) => join(dir, name)

describe('the next start', () => {
  it('keeps everything as it is', async () => {
    const first = await ensure()
    const second = await ensure(later(59))
    expect(second).toEqual({ ...first, made: 'nothing' })
  })

  it('makes a new certificate 30 days before the end, under the same CA', async () => {
    const first = await ensure()
    const second = await ensure(later(60))
    expect(second.made).toBe('leaf')
    expect(second.fingerprint).toBe(first.fingerprint)
    expect(second.notAfter).toEqual(later(150))
    expect(second.key).not.toBe(first.key)
  })

  it('makes a new certificate when an address comes or goes', async () => {
    const first = await ensure()
    const more = await ensure(start, ['box', '192.168.7.5', '10.1.1.1'])
    const less = await ensure(start, ['box'])
    expect([more.made, less.made]).toEqual(['leaf', 'leaf'])
    expect(more.names).toContain('10.1.1.1')
    expect(less.names).not.toContain('192.168.7.5')
    expect(less.fingerprint).toBe(first.fingerprint)
  })

  it('does not mind the order of the names', async () => {
    await ensure()
    expect((await ensure(start, ['192.168.7.5', 'box', 'box'])).made).toBe('nothing')
  })

  it.each(['server.pem', 'server-key.pem'])(
    'makes a new certificate when %s is gone or damaged',
    async (name) => {
      const { fingerprint } = await ensure()
      rmSync(file(name))
      expect(await ensure()).toMatchObject({ made: 'leaf', fingerprint })
      writeFileSync(file(name), 'rubbish')
      expect(await ensure()).toMatchObject({ made: 'leaf', fingerprint })
      expect((await ensure()).made).toBe('nothing')
    },
  )

  it('makes a new certificate when key and certificate are of two writes', async () => {
    await ensure()
    writePair(dir, 'server', {
      cert: readFileSync(file('server.pem'), 'utf8'),
      key: (await newIdentity()).leaf.key,
    })
    expect((await ensure()).made).toBe('leaf')
  })

  it('makes a new CA when the CA is gone, and 30 days before its end', async () => {
    const first = await ensure()
    rmSync(file('ca.pem'))
    const second = await ensure()
    const last = await ensure(later(3630))
    expect([second.made, last.made]).toEqual(['authority', 'authority'])
    expect(new Set([first.fingerprint, second.fingerprint, last.fingerprint]).size).toBe(3)
    expect(parse(last.cert).verify(parse(last.ca).publicKey)).toBe(true)
  })

  it('does not let the certificate outlive its CA', async () => {
    await ensure()
    const made = await ensure(later(3600))
    expect(made.made).toBe('leaf')
    expect(made.notAfter.getTime()).toBe(Date.parse(parse(made.ca).validTo))
  })

  it('goes on without the CA key until a certificate is due, then says what is missing', async () => {
    await ensure()
    rmSync(file('ca-key.pem'))
    expect((await ensure(later(1))).made).toBe('nothing')
    const due = await ensure(later(61)).catch((error) => error)
    expect(due).toBeInstanceOf(CertificateError)
    expect(due.message).toMatch(/ca-key\.pem is missing: restore it/)
  })

  it('refuses a damaged CA instead of replacing it', async () => {
    await ensure()
    writeFileSync(file('ca.pem'), 'rubbish')
    await expect(ensure()).rejects.toThrow(`${file('ca.pem')} is not a certificate in PEM form.`)
    expect(readFileSync(file('ca.pem'), 'utf8')).toBe('rubbish')
  })

  it('refuses a CA key of another CA', async () => {
    await ensure()
    writeFileSync(file('ca-key.pem'), (await newIdentity()).authority.key)
    await expect(ensure()).rejects.toThrow(/ca-key\.pem does not match .*ca\.pem/)
  })

  it('says in one sentence that the directory cannot be used', async () => {
    writeFileSync(dir, 'a file')
    const error = await ensure().catch((error) => error)
    expect(error).toBeInstanceOf(CertificateError)
    expect(error.message).toMatch(/^Cannot use .*certs for the certificates \(.*\): choose another home\.$/)
  })
})

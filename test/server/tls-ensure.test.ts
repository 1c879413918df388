import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureCertificates } from '../../app/server/tls/ensure.ts'
import { localNames } from '../../app/server/tls/names.ts'
import { newDirectory, newPlainAuthority } from './_certs.ts'

const DAY = 86_400_000
const start = new Date('2026-03-01T00:00:00Z')
const later = (days: number) => new Date(start.getTime() + days * DAY)
const parse = (pem: string) => new X509Certificate(pem)
const days = (pem: string) => (Date.parse(parse(pem).validTo) - start.getTime()) / DAY

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
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe('the first start', () => {
  it('makes a CA for ten years and a certificate for 90 days that it signed', async () => {
    const made = await ensure()
    expect(made.made).toBe('authority')
    expect(days(made.ca)).toBeCloseTo(3652, 0)
    expect(days(made.cert)).toBeCloseTo(90, 5)
    expect(made.notAfter).toEqual(later(90))
    expect(parse(made.cert).verify(parse(made.ca).publicKey)).toBe(true)
    expect(parse(made.ca).ca).toBe(true)
    expect(parse(made.cert).ca).toBe(false)
    expect(parse(made.cert).publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    expect(made.cert).toContain(made.ca.trim())
  })

  it('prints the fingerprint of the CA and where it is', async () => {
    const made = await ensure()
    expect(made.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    expect(made.fingerprint).toBe(parse(readFileSync(made.caFile, 'utf8')).fingerprint256)
  })

  it('closes the directory and the keys to everybody else and leaves no other file', async () => {
    await ensure()
    expect(readdirSync(dir).sort()).toEqual(['ca-key.pem', 'ca.pem', 'server-key.pem', 'server.pem'])
    expect([mode(dir), mode(file('ca-key.pem')), mode(file('server-key.pem'))]).toEqual(['700', '600', '600'])
    expect(readFileSync(file('server.pem'), 'utf8')).not.toContain('PRIVATE')
  })

  it('covers this machine by default: host name, localhost and loopback', async () => {
    const { names, cert } = await ensureCertificates({ dir, now: start })
    expect(names).toEqual(expect.arrayContaining([hostname().toLowerCase(), 'localhost', '127.0.0.1', '::1']))
    expect(parse(cert).checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(parse(cert).checkHost('localhost')).toBe('localhost')
    expect(parse(cert).checkHost('example.org')).toBeUndefined()
  })

  it('covers a public name beside those of this machine', async () => {
    const { names } = await ensure(start, [...localNames(), 'kitt.example.com'])
    expect(names).toEqual(expect.arrayContaining([hostname().toLowerCase(), 'kitt.example.com']))
  })

  it.each([
    ['BOX.', 'box'],
    ['[2001:db8:0::7]', '2001:db8::7'],
    ['::ffff:10.0.0.9', '10.0.0.9'],
    ['fe80::1%eth0', 'fe80::1'],
    [' spaced.lan ', 'spaced.lan'],
  ])('writes the name %j as %j', async (given, written) => {
    expect((await ensure(start, [given])).names).toContain(written)
  })

  it.each(['two words', 'a..b', '*', 'bad/name', '', `${'a'.repeat(64)}.lan`])(
    'leaves out %j, which is no name',
    async (given) => {
      const { names, refused } = await ensure(start, [given])
      expect(names).toEqual(['127.0.0.1', '::1', 'localhost'])
      expect(refused).toEqual([])
    },
  )
})

describe('the limits of the CA', () => {
  it('leaves out a public name it was not made for and says so, at every start', async () => {
    await ensure(start, ['box'])
    const asked = ['box', 'box.example.com', 'notbox', 'gpu.lan', '9.9.9.9']
    const made = await ensure(start, asked)
    expect(made.refused).toEqual(['box.example.com', 'notbox'])
    expect(made.names).toEqual(expect.arrayContaining(['box', 'gpu.lan', '9.9.9.9']))
    expect(made.names).not.toContain('notbox')
    expect(await ensure(start, asked)).toMatchObject({ made: 'nothing', refused: made.refused })
  })

  it('covers the public names it was made for and what is below them', async () => {
    const { names, refused } = await ensure(start, ['kitt.example.com'])
    expect(refused).toEqual([])
    expect(names).toContain('kitt.example.com')
    expect((await ensure(start, ['a.kitt.example.com', 'example.com'])).refused).toEqual(['example.com'])
  })

  it('are none when an operator has put in a CA without any', async () => {
    await ensure()
    const { cert, key } = await newPlainAuthority(start)
    writeFileSync(file('ca.pem'), cert)
    writeFileSync(file('ca-key.pem'), key)
    expect(await ensure(start, ['kitt.example.com'])).toMatchObject({ made: 'leaf', refused: [] })
  })
})

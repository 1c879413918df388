import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CertificateError } from '../../app/server/tls/error.ts'
import { loadOwnCertificate } from '../../app/server/tls/own.ts'
import { newDirectory, newIdentity, writePair } from './_certs.ts'

const DAY = 86_400_000
const now = new Date('2026-03-01T00:00:00Z')
const later = (days: number) => new Date(now.getTime() + days * DAY)
const { dir, remove } = newDirectory()
afterAll(remove)

let own: { cert: string; key: string }
let ca: string
let foreign: { cert: string; key: string }
let foreignCa: string
beforeAll(async () => {
  const mine = await newIdentity(now)
  const other = await newIdentity(now)
  own = writePair(dir, 'own', mine.leaf)
  ca = writePair(dir, 'ca', mine.authority).cert
  foreign = writePair(dir, 'foreign', other.leaf)
  foreignCa = writePair(dir, 'foreign-ca', other.authority).cert
})

const write = (name: string, content: string) => {
  writeFileSync(join(dir, name), content)
  return join(dir, name)
}

async function refusal(files: { cert?: string; key?: string; ca?: string; now?: Date }): Promise<string> {
  const error: unknown = await loadOwnCertificate({ ...own, now, ...files }).catch((error) => error)
  expect(error).toBeInstanceOf(CertificateError)
  const { message } = error as Error
  expect(message).toMatch(/^[^\n]+\.$/)
  expect(message).not.toContain('PRIVATE KEY')
  return message
}

describe('accepted', () => {
  it('a pair that belongs together, with its end', async () => {
    const loaded = await loadOwnCertificate({ ...own, now })
    expect(loaded).toMatchObject({ notAfter: later(90) })
    expect(loaded.cert).toContain('BEGIN CERTIFICATE')
    expect(loaded).not.toHaveProperty('fingerprint')
  })

  it('a pair with the CA that signed it, and its fingerprint', async () => {
    const loaded = await loadOwnCertificate({ ...own, ca, now })
    expect(loaded).toMatchObject({ caFile: ca, fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}/) })
  })
})

describe('refused with a sentence', () => {
  it('a key of another certificate', async () => {
    expect(await refusal({ key: foreign.key })).toMatch(/^The key .*foreign-key.pem does not match .*own.pem/)
  })

  it('an expired certificate', async () => {
    expect(await refusal({ now: later(91) })).toMatch(/own.pem expired on 2026-05-30T00:00:00.000Z: renew it/)
  })

  it('a certificate of the future', async () => {
    expect(await refusal({ now: later(-3) })).toMatch(/is not valid before .*: check this machine's clock/)
  })

  it('a CA that did not sign it', async () => {
    expect(await refusal({ ca: foreignCa })).toMatch(/own.pem was not signed by the CA .*foreign-ca.pem/)
  })

  it.each(['cert', 'key', 'ca'])('a missing file for %s', async (which) => {
    expect(await refusal({ [which]: join(dir, 'none.pem') })).toMatch(
      /^Cannot read .*none.pem: there is no such file/,
    )
  })

  it('a directory in place of a file', async () => {
    mkdirSync(join(dir, 'folder'))
    expect(await refusal({ cert: join(dir, 'folder') })).toMatch(/folder: it is a directory/)
  })

  it('files that hold something else, the two swapped included', async () => {
    const rubbish = write('rubbish.pem', 'rubbish')
    expect(await refusal({ cert: rubbish })).toMatch(/rubbish.pem is not a certificate in PEM form/)
    expect(await refusal({ key: rubbish })).toMatch(/rubbish.pem is not a private key in PEM form/)
    expect(await refusal({ cert: own.key, key: own.cert })).toMatch(/own-key.pem is not a certificate/)
    const damaged = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    expect(await refusal({ cert: write('damaged.pem', damaged) })).toMatch(/damaged.pem is not a certificate/)
  })

  it('a key with a passphrase', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    expect(await refusal({ key: write('locked.pem', String(locked)) })).toMatch(
      /is protected by a passphrase/,
    )
  })
})

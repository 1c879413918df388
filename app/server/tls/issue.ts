import { createPrivateKey } from 'node:crypto'
import { isIP } from 'node:net'
import type * as X509 from '@peculiar/x509'
import { DAY_MS } from './certificate.ts'
import { encodeConstraints, NAME_CONSTRAINTS } from './constraints.ts'

const AUTHORITY_DAYS = 3652
const LEAF_DAYS = 90
// A client whose clock is a day behind accepts a certificate made just now.
const BACKDATED_MS = 2 * DAY_MS
const P256 = { name: 'ECDSA', namedCurve: 'P-256' }
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' }

/** A certificate and its private key (PKCS #8), both PEM. */
export type KeyPair = { cert: string; key: string }

/** Makes a CA for ten years, limited to private names and `names`. */
export async function issueAuthority(names: string[], now: Date): Promise<KeyPair> {
  const x509 = await loadX509()
  const keys = await newKeys()
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: [
      { O: ['KITT'] },
      { CN: [`KITT CA of ${names.find((name) => !isIP(name)) ?? 'localhost'}`.slice(0, 64)] },
    ],
    notBefore: new Date(now.getTime() - BACKDATED_MS),
    notAfter: new Date(now.getTime() + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: SIGNATURE,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      new x509.Extension(NAME_CONSTRAINTS, true, new Uint8Array(encodeConstraints(names))),
    ],
  })
  return { cert: `${cert.toString('pem')}\n`, key: await exportKey(x509, keys.privateKey) }
}

/** Makes a server certificate for 90 days, at most as long as its CA; `cert` includes the CA. */
export async function issueLeaf(authority: KeyPair, names: string[], now: Date): Promise<KeyPair> {
  const x509 = await loadX509()
  const keys = await newKeys()
  const issuer = new x509.X509Certificate(authority.cert)
  const end = Math.min(now.getTime() + LEAF_DAYS * DAY_MS, issuer.notAfter.getTime())
  const cert = await x509.X509CertificateGenerator.create({
    subject: [{ O: ['KITT'] }, { CN: ['KITT server'] }],
    issuer: issuer.subject,
    notBefore: new Date(now.getTime() - BACKDATED_MS),
    notAfter: new Date(end),
    signingAlgorithm: SIGNATURE,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return { cert: `${cert.toString('pem')}\n${authority.cert}`, key: await exportKey(x509, keys.privateKey) }
}

const newKeys = () => crypto.subtle.generateKey(P256, true, ['sign', 'verify'])

async function exportKey(x509: typeof X509, key: CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
}

async function importKey(pem: string): Promise<CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
  return crypto.subtle.importKey('pkcs8', new Uint8Array(der), P256, false, ['sign'])
}

/**
 * Loads @peculiar/x509 only to make a certificate: it takes 200 ms. Its dependency tsyringe needs the metadata
 * functions for constructor parameters to inject, of which the library has none.
 */
export async function loadX509(): Promise<typeof X509> {
  if (!('getMetadata' in Reflect)) {
    const nothing = () => undefined
    Object.assign(Reflect, { getMetadata: nothing, getOwnMetadata: nothing, defineMetadata: nothing })
  }
  return import('@peculiar/x509')
}

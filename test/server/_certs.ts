import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issueAuthority, issueLeaf, type KeyPair, loadX509 } from '../../app/server/tls/issue.ts'

const NAMES = ['localhost', '127.0.0.1', '::1']

export const newDirectory = () => {
  const dir = mkdtempSync(join(tmpdir(), 'kitt-test-'))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

/** A CA and a certificate for this machine under it, made at `now`. */
export async function newIdentity(
  now = new Date(),
  names = NAMES,
): Promise<{ authority: KeyPair; leaf: KeyPair }> {
  const authority = await issueAuthority(NAMES, now)
  return { authority, leaf: await issueLeaf(authority, names, now) }
}

/** Writes a pair as `<name>.pem` and `<name>-key.pem` and returns the paths. */
export function writePair(dir: string, name: string, pair: KeyPair): { cert: string; key: string } {
  const files = { cert: join(dir, `${name}.pem`), key: join(dir, `${name}-key.pem`) }
  writeFileSync(files.cert, pair.cert)
  writeFileSync(files.key, pair.key)
  return files
}

const P256 = { name: 'ECDSA', namedCurve: 'P-256' }
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' }
const newKeys = () => crypto.subtle.generateKey(P256, true, ['sign', 'verify'])
const toPem = async (key: CryptoKey) =>
  (await loadX509()).PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')

/** A client's certificate under the CA; the program makes none. */
export async function issueClient(authority: KeyPair, notBefore?: Date, notAfter?: Date): Promise<KeyPair> {
  const x509 = await loadX509()
  const keys = await newKeys()
  const der = createPrivateKey(authority.key).export({ type: 'pkcs8', format: 'der' })
  const cert = await x509.X509CertificateGenerator.create({
    subject: 'CN=an agent',
    ...(notBefore && notAfter ? { notBefore, notAfter } : {}),
    issuer: new x509.X509Certificate(authority.cert).subject,
    publicKey: keys.publicKey,
    signingKey: await crypto.subtle.importKey('pkcs8', new Uint8Array(der), P256, false, ['sign']),
    signingAlgorithm,
    extensions: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
  })
  return { cert: cert.toString('pem'), key: await toPem(keys.privateKey) }
}

/** A CA for ten years without name constraints. */
export async function newPlainAuthority(now: Date): Promise<KeyPair> {
  const x509 = await loadX509()
  const keys = await newKeys()
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=somebody',
    notBefore: now,
    notAfter: new Date(now.getTime() + 3650 * 86_400_000),
    keys,
    signingAlgorithm,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  })
  return { cert: cert.toString('pem'), key: await toPem(keys.privateKey) }
}

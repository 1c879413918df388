import type { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { DAY_MS, endOf, isIssuedBy, parseChain, parseKey, startOf } from './certificate.ts'
import { CertificateError } from './error.ts'
import { issueAuthority, issueLeaf, type KeyPair } from './issue.ts'
import { namesOf } from './names.ts'
import { readPemIfThere, writePem } from './pem.ts'

const RENEWED_BEFORE_END_MS = 30 * DAY_MS

/** The CA; its key is needed only when a certificate is due. */
type Authority = { cert: string; key: string | undefined }

/** The CA on disk; undefined if there is none or it ends soon. @throws CertificateError */
export async function readAuthority(dir: string, now: Date): Promise<Authority | undefined> {
  const file = join(dir, 'ca.pem')
  const cert = await readPemIfThere(file)
  if (cert === undefined) return undefined
  const [ca] = parseChain(cert, file)
  if (endsSoon(ca, now)) return undefined
  const keyFile = join(dir, 'ca-key.pem')
  const key = await readPemIfThere(keyFile)
  if (key !== undefined && !ca.checkPrivateKey(parseKey(key, keyFile))) {
    throw new CertificateError(
      `${keyFile} does not match ${file}: restore it, or remove both to make a new CA.`,
    )
  }
  return { cert, key }
}

/** The server's certificate on disk; undefined if a new one must be made. */
export async function readLeaf(
  dir: string,
  ca: X509Certificate,
  names: string[],
  now: Date,
): Promise<KeyPair | undefined> {
  const cert = await readPemIfThere(join(dir, 'server.pem'))
  const key = await readPemIfThere(join(dir, 'server-key.pem'))
  if (cert === undefined || key === undefined) return undefined
  try {
    const [leaf] = parseChain(cert, 'server.pem')
    const fits = leaf.checkPrivateKey(parseKey(key, 'server-key.pem')) && isIssuedBy(leaf, ca)
    const timely = now >= startOf(leaf) && !endsSoon(leaf, now)
    const same = namesOf(leaf.subjectAltName).join() === names.join()
    return fits && timely && same ? { cert, key } : undefined
  } catch {
    return undefined
  }
}

const endsSoon = (certificate: X509Certificate, now: Date) =>
  endOf(certificate).getTime() - now.getTime() <= RENEWED_BEFORE_END_MS

export async function makeAuthority(dir: string, names: string[], now: Date): Promise<KeyPair> {
  const authority = await issueAuthority(names, now)
  writePem(join(dir, 'ca-key.pem'), authority.key)
  writePem(join(dir, 'ca.pem'), authority.cert, 0o644)
  return authority
}

export async function makeLeaf(
  dir: string,
  { cert, key }: Authority,
  names: string[],
  now: Date,
): Promise<KeyPair> {
  if (key === undefined) {
    throw new CertificateError(
      `A new server certificate is due but ${join(dir, 'ca-key.pem')} is missing: restore it, or remove ca.pem to make a new CA.`,
    )
  }
  const leaf = await issueLeaf({ cert, key }, names, now)
  writePem(join(dir, 'server-key.pem'), leaf.key)
  writePem(join(dir, 'server.pem'), leaf.cert, 0o644)
  return leaf
}

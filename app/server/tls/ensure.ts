import { join } from 'node:path'
import { endOf, parseChain, type ServerCertificate } from './certificate.ts'
import { permits } from './constraints.ts'
import { localNames, normaliseNames } from './names.ts'
import { privateDirectory } from './pem.ts'
import { makeAuthority, makeLeaf, readAuthority, readLeaf } from './store.ts'

export type MadeCertificate = Required<ServerCertificate> & {
  /** Names and addresses of the certificate. */
  names: string[]
  /** Requested names that the CA may not sign for: to serve them, remove `ca.pem` and trust the new CA. */
  refused: string[]
  /** What was made; every client must trust a new `authority`. */
  made: 'nothing' | 'leaf' | 'authority'
}

/**
 * Reads `ca.pem`, `ca-key.pem`, `server.pem` and `server-key.pem` from `dir` and makes missing ones: a CA for ten
 * years, a server certificate for 90 days, replaced 30 days before its end or when the names change.
 *
 * @param hostnames DNS names and addresses to serve; by default those of this machine
 * @throws CertificateError also for a damaged CA, which is never replaced
 * @example const { cert, key, fingerprint } = await ensureCertificates({ dir: '~/.kitt/certs', now: new Date() })
 */
export async function ensureCertificates(options: {
  dir: string
  now: Date
  hostnames?: string[]
}): Promise<MadeCertificate> {
  const { dir, now } = options
  const wanted = normaliseNames(['localhost', '127.0.0.1', '::1', ...(options.hostnames ?? localNames())])
  await privateDirectory(dir)
  const old = await readAuthority(dir, now)
  const authority = old ?? (await makeAuthority(dir, wanted, now))
  const [ca] = parseChain(authority.cert, 'ca.pem')
  const names = wanted.filter((name) => permits(ca, name))
  const kept = old && (await readLeaf(dir, ca, names, now))
  const leaf = kept ?? (await makeLeaf(dir, authority, names, now))
  return {
    ...leaf,
    ca: authority.cert,
    caFile: join(dir, 'ca.pem'),
    fingerprint: ca.fingerprint256,
    notAfter: endOf(parseChain(leaf.cert, 'server.pem')[0]),
    names,
    refused: wanted.filter((name) => !names.includes(name)),
    made: !old ? 'authority' : kept ? 'nothing' : 'leaf',
  }
}

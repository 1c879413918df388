import { join } from 'node:path'
import { endOf, parseChain, type ServerCertificate } from './certificate.ts'
import { permits } from './constraints.ts'
import { localNames, normaliseNames } from './names.ts'
import { privateDirectory } from './pem.ts'
import { makeAuthority, makeLeaf, readAuthority, readLeaf } from './store.ts'

/** Certificates made by this program. */
export type MadeCertificate = Required<ServerCertificate> & {
  /** Names and addresses the certificate is good for. */
  names: string[]
  /** Names asked for that the CA may not sign for: to serve them, remove `ca.pem` and trust the new CA. */
  refused: string[]
  /** What had to be made: an `authority` has to be trusted anew by every client. */
  made: 'nothing' | 'leaf' | 'authority'
}

/**
 * Reads `ca.pem`, `ca-key.pem`, `server.pem` and `server-key.pem` from `dir` and makes what is missing: a CA for
 * ten years, a server certificate for 90 days, made again 30 days before its end or when the names change.
 * Throws a `CertificateError` of one sentence; a damaged CA is never replaced silently.
 *
 * @param hostnames every DNS name and address to be served; by default those of this machine
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

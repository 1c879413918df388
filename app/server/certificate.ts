import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import { ensureCertificates } from './tls/ensure.ts'
import { CertificateError } from './tls/error.ts'
import { localNames } from './tls/names.ts'
import { loadOwnCertificate } from './tls/own.ts'

/** The served certificate, and the CA file and fingerprint by which clients trust it. */
export type ServedCertificate = { cert: string; key: string; caFile?: string; fingerprint?: string }

/** Loads the certificate to serve; undefined for plain HTTP. @throws CertificateError */
export function certificateSource(config: Config, log: Log): (() => Promise<ServedCertificate>) | undefined {
  if (config.insecure) return undefined
  const { tls_cert, tls_key, tls_ca } = config
  if (Boolean(tls_cert) !== Boolean(tls_key))
    throw new CertificateError('Give both --tls-cert and --tls-key, or neither.')
  if (tls_cert && tls_key)
    return () => loadOwnCertificate({ cert: tls_cert, key: tls_key, ca: tls_ca, now: new Date() })
  const names = [...localNames(), ...(config.public_url ? [new URL(config.public_url).hostname] : [])]
  let warned = false
  return async () => {
    const made = await ensureCertificates({
      dir: join(config.home, 'certs'),
      now: new Date(),
      hostnames: names,
    })
    if (made.refused.length > 0 && !warned) {
      log.warn(
        { names: made.refused },
        'the CA may not sign for these names; remove certs/ca.pem to make a new CA, and trust that on every client',
      )
      warned = true
    }
    return made
  }
}

/** The options of mutual TLS. @throws CertificateError if the CA cannot be read */
export async function clientTrust({ client_ca, require_client_cert }: Config) {
  if (!client_ca) {
    if (require_client_cert)
      throw new CertificateError(
        '--require-client-cert needs --client-ca, the CA that signs client certificates.',
      )
    return {}
  }
  const clientCa = await readFile(client_ca, 'utf8').catch(() => {
    throw new CertificateError(
      `The client CA ${client_ca} cannot be read: check the path and its permissions.`,
    )
  })
  return { clientCa, requireClientCert: require_client_cert }
}

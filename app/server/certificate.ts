import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import { CertificateError, ensureCertificates, loadOwnCertificate, localNames } from './tls.ts'

/** What is served, and what clients need to trust it. */
export type ServedCertificate = { cert: string; key: string; caFile?: string; fingerprint?: string }

/** How to get the certificate to serve now; undefined where plain HTTP was asked for. */
export function certificateSource(config: Config, log: Log): (() => Promise<ServedCertificate>) | undefined {
  if (config.insecure) return undefined
  const { tls_cert, tls_key, tls_ca } = config
  if (Boolean(tls_cert) !== Boolean(tls_key))
    throw new CertificateError('--tls-cert and --tls-key are given together or not at all.')
  if (tls_cert && tls_key)
    return () => loadOwnCertificate({ cert: tls_cert, key: tls_key, ca: tls_ca, now: new Date() })
  const names = [...localNames(), ...(config.public_url ? [new URL(config.public_url).hostname] : [])]
  let told = false
  return async () => {
    const made = await ensureCertificates({
      dir: join(config.home, 'certs'),
      now: new Date(),
      hostnames: names,
    })
    if (made.refused.length > 0 && !told) {
      log.warn(
        { names: made.refused },
        'the CA may not sign for these names; remove certs/ca.pem to make one that may, and trust it anew',
      )
      told = true
    }
    return made
  }
}

/** The options of mutual TLS. @throws CertificateError where the CA cannot be read */
export async function clientTrust({ client_ca, require_client_cert }: Config) {
  if (!client_ca) {
    if (require_client_cert)
      throw new CertificateError('--require-client-cert needs --client-ca: the CA whose clients are let in.')
    return {}
  }
  const clientCa = await readFile(client_ca, 'utf8').catch(() => {
    throw new CertificateError(`The client CA ${client_ca} cannot be read.`)
  })
  return { clientCa, requireClientCert: require_client_cert }
}

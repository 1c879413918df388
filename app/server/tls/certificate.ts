import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { CertificateError } from './error.ts'

export const DAY_MS = 86_400_000

/** A server's certificate and key, and the CA that its clients must trust. PEM. */
export type ServerCertificate = {
  /** The server's certificate followed by the rest of its chain. */
  cert: string
  key: string
  ca?: string
  caFile?: string
  /** SHA-256 of the CA, upper-case hex pairs with colons. */
  fingerprint?: string
  notAfter: Date
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates of a PEM text, the server's own first. @throws CertificateError if there is none or one is damaged */
export function parseChain(pem: string, file: string): [X509Certificate, ...X509Certificate[]] {
  try {
    const [first, ...rest] = (pem.match(BLOCK) ?? []).map((block) => new X509Certificate(block))
    if (first) return [first, ...rest]
  } catch {
    // Reported like a missing certificate.
  }
  throw new CertificateError(`${file} is not a certificate in PEM form.`)
}

export function parseKey(pem: string, file: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (error) {
    if (pem.includes('ENCRYPTED') || /passphrase/i.test(String(error))) {
      throw new CertificateError(`${file} is protected by a passphrase: give a key without one.`)
    }
    throw new CertificateError(`${file} is not a private key in PEM form.`)
  }
}

export const endOf = (certificate: X509Certificate): Date => new Date(certificate.validTo)

export const startOf = (certificate: X509Certificate): Date => new Date(certificate.validFrom)

export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

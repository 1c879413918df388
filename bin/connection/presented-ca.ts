import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { CommandFailed } from '../terminal/output.ts'
import { unreachable } from './unreachable.ts'

/** A CA as a server presents it: not trusted until its fingerprint has been compared. */
export type Presented = { pem: string; fingerprint: string }

/** The self-signed certificate at the end of the chain that a server presents. @throws CommandFailed */
export async function presentedAuthority(server: string): Promise<Presented> {
  const last = await endOfChain(server)
  if (!last.checkIssued(last) || !last.verify(last.publicKey))
    throw new CommandFailed(
      `${server} does not present its CA: get the file from its administrator and give it with --ca.`,
    )
  return { pem: last.toString(), fingerprint: last.fingerprint256 }
}

function endOfChain(server: string): Promise<X509Certificate> {
  const { hostname, port } = new URL(server)
  const host = hostname.replace(/^\[|\]$/g, '')
  const name = isIP(host) ? {} : { servername: host }
  return new Promise((resolve, reject) => {
    // Nothing is sent on this connection; the certificate is checked by its fingerprint.
    const socket = connect({ host, port: Number(port || 443), ...name, rejectUnauthorized: false }, () => {
      let certificate: DetailedPeerCertificate = socket.getPeerCertificate(true)
      while (
        certificate.issuerCertificate &&
        certificate.issuerCertificate.fingerprint256 !== certificate.fingerprint256
      )
        certificate = certificate.issuerCertificate
      socket.destroy()
      resolve(new X509Certificate(certificate.raw))
    })
    socket.setTimeout(10_000, () => socket.destroy(new Error('it does not respond')))
    socket.on('error', (error) => reject(unreachable(server, error)))
  })
}

/** Compares two SHA-256 fingerprints; case, colons and a `sha256:` prefix are ignored. */
export const sameFingerprint = (a: string, b: string): boolean => bare(a) === bare(b)

const bare = (text: string) =>
  text
    .replace(/^sha-?256[:=]/i, '')
    .replace(/[:\s]/g, '')
    .toLowerCase()

import { endOf, isIssuedBy, parseChain, parseKey, type ServerCertificate, startOf } from './certificate.ts'
import { CertificateError } from './error.ts'
import { readPem } from './pem.ts'

/**
 * Loads the operator's certificate and checks it: key and certificate match, valid at `now`, signed by `ca` if given.
 *
 * @throws CertificateError
 * @example await loadOwnCertificate({ cert: 'fullchain.pem', key: 'key.pem', now: new Date() })
 */
export async function loadOwnCertificate(files: {
  cert: string
  key: string
  ca?: string | undefined
  now: Date
}): Promise<ServerCertificate> {
  const cert = await readPem(files.cert)
  const key = await readPem(files.key)
  const chain = parseChain(cert, files.cert)
  if (!chain[0].checkPrivateKey(parseKey(key, files.key))) {
    throw new CertificateError(
      `The key ${files.key} does not match the certificate ${files.cert}: give the key that the certificate was made for.`,
    )
  }
  checkValidity(files.cert, startOf(chain[0]), endOf(chain[0]), files.now)
  const served = { cert, key, notAfter: endOf(chain[0]) }
  if (files.ca === undefined) return served

  const ca = await readPem(files.ca)
  const authorities = parseChain(ca, files.ca)
  checkValidity(files.ca, startOf(authorities[0]), endOf(authorities[0]), files.now)
  if (!chain.some((one) => authorities.some((authority) => isIssuedBy(one, authority)))) {
    throw new CertificateError(
      `The certificate ${files.cert} was not signed by the CA ${files.ca}: give the CA that signed it.`,
    )
  }
  return { ...served, ca, caFile: files.ca, fingerprint: authorities[0].fingerprint256 }
}

function checkValidity(file: string, from: Date, to: Date, now: Date): void {
  if (now > to) {
    throw new CertificateError(`The certificate ${file} expired on ${to.toISOString()}: renew it.`)
  }
  if (now < from) {
    throw new CertificateError(
      `The certificate ${file} is not valid before ${from.toISOString()}: check this machine's clock.`,
    )
  }
}

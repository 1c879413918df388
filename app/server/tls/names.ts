import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'

const DNS_NAME = /^(?!\d+$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/

/** The names a client may reach this machine by: host name, `localhost`, every local address. */
export function localNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return [hostname(), 'localhost', ...addresses.map((one) => one.address).filter(usableInUrl)]
}

// A link-local IPv6 address needs a zone, which URLs do not have; every new container would change the list.
const usableInUrl = (address: string) => !/^fe[89ab]/i.test(address)

/** Lower-case, sorted, without duplicates and names that are invalid in a certificate. */
export function normaliseNames(names: Iterable<string>): string[] {
  return [...new Set([...names].map(normalise).filter((name) => name !== undefined))].sort()
}

function normalise(name: string): string | undefined {
  const bare = name
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$|%.*$/g, '')
    .replace(/\.$/, '')
  const unmapped = bare.replace(/^::ffff:(?=\d+\.)/, '')
  if (isIP(unmapped) === 6) return new URL(`http://[${unmapped}]`).hostname.slice(1, -1)
  if (isIP(unmapped) === 4) return unmapped
  return bare.length <= 253 && DNS_NAME.test(bare) ? bare : undefined
}

/** The names in `X509Certificate.subjectAltName`, normalised. */
export function namesOf(subjectAltName: string | undefined): string[] {
  const names = (subjectAltName ?? '').split(', ').map((entry) => entry.replace(/^(DNS|IP Address):/, ''))
  return normaliseNames(names)
}

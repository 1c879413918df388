import { isIP } from 'node:net'

const WILDCARDS = ['', '0.0.0.0', '::']

/** The URL by which a program on this machine reaches what listens on `host`. */
export function localUrl(secure: boolean, host: string, port: number): string {
  const name = WILDCARDS.includes(host) ? 'localhost' : isIP(host) === 6 ? `[${host}]` : host
  return `${secure ? 'https' : 'http'}://${name}:${port}`
}

const MAPPED = '::ffff:'

/** An IPv4 address that came in over an IPv6 socket is written as IPv4. */
export const plainAddress = (address = ''): string =>
  address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address

import { BlockList, isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { type Config, ConfigError } from '../config.ts'

/** Whether X-Forwarded-* headers from an address are trusted. @throws ConfigError if an entry is no address or network */
export function proxyTrust(entries: string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/')
    const version = isIP(address)
    const bits = prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix)
    if (version === 0 || !Number.isInteger(bits) || bits < 0 || bits > (version === 4 ? 32 : 128)) {
      throw new ConfigError(
        `KITT_TRUSTED_PROXIES: "${entry.slice(0, 80)}" is not an address or network, like 10.0.0.0/8.`,
      )
    }
    list.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6')
  }
  if (entries.length === 0) return () => false
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
}

/**
 * Whether a Host header may name this server: loopback, IP literals, this machine's names, the public URL's host and
 * `allowed_hosts`. Protects against DNS rebinding.
 */
export function ownHosts({ allowed_hosts, public_url }: Config): (host: string) => boolean {
  const machine = hostname().toLowerCase()
  const names = new Set([
    'localhost',
    machine,
    machine.split('.')[0] ?? machine,
    `${machine}.local`,
    ...allowed_hosts.map((name) => name.toLowerCase()),
  ])
  if (public_url) names.add(new URL(public_url).hostname.toLowerCase())
  return (host) => {
    const bare = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '')
    return (
      names.has('*') ||
      names.has(bare) ||
      bare.endsWith('.localhost') ||
      isIP(bare.replace(/^\[|\]$/g, '')) !== 0
    )
  }
}

/** Networks within this machine: containers and virtual machines have theirs. */
const INNER = /^(docker|br-|veth|virbr|vmnet|cni|flannel|podman|lxc|utun|tun|tap)/

/** An IPv4 address of this machine in its network; undefined if it has none. */
export function lanHost(): string | undefined {
  const found = Object.entries(networkInterfaces()).flatMap(([name, list]) =>
    (list ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => ({ name, address })),
  )
  return (found.find(({ name }) => !INNER.test(name)) ?? found[0])?.address
}

const WILDCARDS = ['', '0.0.0.0', '::']

/** The URL by which a program on this machine reaches a server that listens on `host`. */
export function localUrl(secure: boolean, host: string, port: number): string {
  const name = WILDCARDS.includes(host) ? 'localhost' : isIP(host) === 6 ? `[${host}]` : host
  return `${secure ? 'https' : 'http'}://${name}:${port}`
}

const MAPPED = '::ffff:'

/** Writes an IPv4-mapped IPv6 address as IPv4. */
export const plainAddress = (address = ''): string =>
  address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address

import { BlockList, isIP, isIPv6 } from 'node:net'

/** What an address is for: `refused` never gets a message, `private` only where that is allowed. */
export type Reach = 'public' | 'private' | 'refused'

const isRefused = listOf(
  // This host on any address, link-local with the metadata of clouds, multicast, broadcast.
  ['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '255.255.255.255/32'],
  // Metadata outside of link-local: Alibaba, Azure, Oracle.
  ['100.100.100.200/32', '168.63.129.16/32', '192.0.0.192/32'],
  ['::/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254/128', 'fd20:ce::254/128'],
)
const isPrivate = listOf(
  ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'],
  ['192.0.0.0/24', '198.18.0.0/15', '240.0.0.0/4'],
  ['::1/128', 'fc00::/7', 'fec0::/10'],
)

/** What a resolved address is for; an IPv6 address that stands for an IPv4 one is as that one. */
export function reachOf(address: string): Reach {
  const plain = embedded(address) ?? address.replace(/%.*$/, '')
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4'
  if (isIP(plain) === 0 || isRefused(plain, family)) return 'refused'
  return isPrivate(plain, family) ? 'private' : 'public'
}

/** The IPv4 address in a mapped, compatible, NAT64 or 6to4 one. */
function embedded(address: string): string | undefined {
  if (!isIPv6(address)) return undefined
  const groups = groupsOf(address)
  const [a, b] = groups
  const leading = groups.slice(0, 6).map((group) => group.toString(16))
  if (a === 0x2002) return ipv4(groups[1] ?? 0, groups[2] ?? 0)
  const nat64 = a === 0x64 && (b === 0xff9b || b === 0xff9c)
  const mapped = ['0,0,0,0,0,ffff', '0,0,0,0,ffff,0'].includes(leading.join(','))
  const compatible = leading.join(',') === '0,0,0,0,0,0' && (groups[6] ?? 0) > 0
  return nat64 || mapped || compatible ? ipv4(groups[6] ?? 0, groups[7] ?? 0) : undefined
}

const ipv4 = (high: number, low: number) => [high >> 8, high & 255, low >> 8, low & 255].join('.')

/** The eight groups of an IPv6 address; a URL writes it in one way only. */
function groupsOf(address: string): number[] {
  const plain = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1)
  const [head = '', tail] = plain.split('::')
  const numbers = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const [first, last] = [numbers(head), numbers(tail ?? '')]
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last]
}

/** A check for addresses in these networks. The list is made for the first one: it takes milliseconds. */
function listOf(...networks: string[][]) {
  let list: BlockList | undefined
  return (address: string, family: 'ipv4' | 'ipv6') => {
    list ??= blockListOf(networks.flat())
    return list.check(address, family)
  }
}

function blockListOf(networks: string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  return list
}

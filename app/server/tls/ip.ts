import { isIP } from 'node:net'

/** The 4 or 16 bytes of an address, `::1` → fifteen zeros and a one. */
export function ipBytes(address: string): number[] {
  if (isIP(address) === 4) return address.split('.').map(Number)
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const left = groups(head)
  const right = groups(tail ?? '')
  const missing = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array<number>(missing).fill(0), ...right].flatMap((group) => [group >> 8, group & 0xff])
}

const groups = (part: string) =>
  part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))

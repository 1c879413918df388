import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { children, type Element, tlv } from './der.ts'
import { ipBytes } from './ip.ts'

/** The object identifier of the X.509 extension. */
export const NAME_CONSTRAINTS = '2.5.29.30'
const NAME_CONSTRAINTS_DER = [0x55, 0x1d, 0x1e]
const OBJECT_IDENTIFIER = 0x06

// Suffixes nobody can register, and address ranges nobody is reached by from outside.
const PRIVATE_SUFFIXES = [
  'localhost',
  'local',
  'internal',
  'lan',
  'home.arpa',
  'home',
  'corp',
  'intranet',
  'private',
]
const PRIVATE_RANGES: [string, number][] = [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
]

const SEQUENCE = 0x30
const PERMITTED = 0xa0
const DNS = 0x82
const IP = 0x87
const EXTENSIONS = 0xa3
const OCTETS = 0x04

/**
 * The value of the extension that lets a CA sign for private names and addresses and for `names` alone,
 * so that a stolen CA key cannot speak for the rest of the internet.
 */
export function encodeConstraints(names: string[]): Buffer {
  const general = [...PRIVATE_SUFFIXES.map(suffix), ...PRIVATE_RANGES.map((one) => range(...one))]
  const own = names.filter((name) => !covers(general, name))
  const all = [
    ...general,
    ...own.map((name) => (isIP(name) ? range(name, isIP(name) === 4 ? 32 : 64) : suffix(name))),
  ]
  const subtrees = all.map(({ tag, value }) => tlv(SEQUENCE, tlv(tag, value)))
  return tlv(SEQUENCE, tlv(PERMITTED, Buffer.concat(subtrees)))
}

/** Whether the CA may sign for the name or address; one without constraints may sign for any. */
export function permits(authority: X509Certificate, name: string): boolean {
  const subtrees = subtreesOf(authority)
  return subtrees === undefined || covers(subtrees, name)
}

function covers(subtrees: Element[], name: string): boolean {
  const address = isIP(name) ? ipBytes(name) : undefined
  return subtrees.some(({ tag, value }) => {
    if (tag === IP) return address !== undefined && inRange(address, value)
    return tag === DNS && !address && `.${name}`.endsWith(`.${value.toString()}`)
  })
}

function subtreesOf(authority: X509Certificate): Element[] | undefined {
  const body = children(children(authority.raw)[0]!.value)[0]!
  const extensions = children(body.value).find(({ tag }) => tag === EXTENSIONS)
  const wanted = tlv(OBJECT_IDENTIFIER, Buffer.from(NAME_CONSTRAINTS_DER))
  for (const { value } of extensions ? children(children(extensions.value)[0]!.value) : []) {
    if (!value.subarray(0, wanted.length).equals(wanted)) continue
    const constraints = children(value).find(({ tag }) => tag === OCTETS)!.value
    const permitted = children(children(constraints)[0]!.value).find(({ tag }) => tag === PERMITTED)
    return permitted ? children(permitted.value).flatMap((subtree) => children(subtree.value)) : undefined
  }
  return undefined
}

const suffix = (name: string): Element => ({ tag: DNS, value: Buffer.from(name) })

function range(address: string, bits: number): Element {
  const bytes = ipBytes(address)
  const mask = bytes.map((_, i) => 0xff & ~(0xff >> Math.max(0, Math.min(8, bits - i * 8))))
  return { tag: IP, value: Buffer.from([...bytes.map((byte, i) => byte & mask[i]!), ...mask]) }
}

function inRange(address: number[], range: Buffer): boolean {
  const size = address.length
  return range.length === 2 * size && address.every((byte, i) => (byte & range[size + i]!) === range[i])
}

import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'

/** The object identifier of the X.509 extension. */
export const NAME_CONSTRAINTS = '2.5.29.30'
const ENCODED_IDENTIFIER = Buffer.from([0x06, 0x03, 0x55, 0x1d, 0x1e])

// Suffixes that are not registered publicly.
const PRIVATE = ['localhost', 'local', 'internal', 'lan', 'home.arpa', 'home', 'corp', 'intranet', 'private']

const SEQUENCE = 0x30
const OCTETS = 0x04
const EXTENSIONS = 0xa3
const PERMITTED = 0xa0
const DNS = 0x82

/**
 * The value of the extension that limits a CA to private DNS names and `names`, so that a stolen CA key is worthless
 * for the rest of the internet. Addresses are not limited: BoringSSL, and so Bun, refuses every certificate with an
 * address under a CA with limits on addresses.
 */
export function encodeConstraints(names: string[]): Buffer {
  const own = names.filter((name) => !isIP(name) && !covers(PRIVATE, name))
  const subtrees = [...PRIVATE, ...own].map((name) => tlv(SEQUENCE, tlv(DNS, Buffer.from(name))))
  return tlv(SEQUENCE, tlv(PERMITTED, Buffer.concat(subtrees)))
}

/** Whether the CA may sign for the name; always true for an address. */
export function permits(authority: X509Certificate, name: string): boolean {
  const suffixes = permittedSuffixes(authority)
  return isIP(name) !== 0 || suffixes.length === 0 || covers(suffixes, name)
}

const covers = (suffixes: string[], name: string) =>
  suffixes.some((suffix) => `.${name}`.endsWith(`.${suffix}`))

function permittedSuffixes(authority: X509Certificate): string[] {
  const body = children(children(authority.raw)[0]!.value)[0]!
  const list = children(body.value).find(({ tag }) => tag === EXTENSIONS)
  const extensions = list ? children(children(list.value)[0]!.value) : []
  const found = extensions.find(({ value }) =>
    value.subarray(0, ENCODED_IDENTIFIER.length).equals(ENCODED_IDENTIFIER),
  )
  if (!found) return []
  const constraints = children(found.value).find(({ tag }) => tag === OCTETS)!.value
  const permitted = children(children(constraints)[0]!.value).find(({ tag }) => tag === PERMITTED)
  const names = permitted ? children(permitted.value).flatMap((subtree) => children(subtree.value)) : []
  return names.filter(({ tag }) => tag === DNS).map(({ value }) => value.toString())
}

/** An element of DER. */
type Element = { tag: number; value: Buffer }

/** Encodes an element of DER; content up to 64 KiB. */
function tlv(tag: number, value: Buffer): Buffer {
  const size = value.length
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), value])
}

/** Decodes the elements in the content of one. */
function children(data: Buffer): Element[] {
  const found: Element[] = []
  for (let at = 0; at + 1 < data.length; ) {
    const short = data[at + 1]!
    const extra = short < 0x80 ? 0 : short & 0x7f
    const size = extra ? data.readUIntBE(at + 2, extra) : short
    const start = at + 2 + extra
    found.push({ tag: data[at]!, value: data.subarray(start, start + size) })
    at = start + size
  }
  return found
}

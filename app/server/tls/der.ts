/** One element of ASN.1's binary form: its tag and its content. */
type Element = { tag: number; value: Buffer }

/** Encodes one element; content up to 64 KiB. */
export function tlv(tag: number, value: Buffer): Buffer {
  const size = value.length
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), value])
}

/** Splits the content of an element into the elements it is made of. */
export function children(data: Buffer): Element[] {
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

import { gzipSync } from 'node:zlib'

/** A file of an archive. */
export type TarFile = { path: string; content: Uint8Array; mode: number }

// Fixed, so that archives are reproducible.
const MTIME = Date.UTC(2020, 0, 1) / 1000
const BLOCK = 512

/** A gzipped ustar archive of files, sorted by path, with fixed time and owner. */
export function tarGzip(files: readonly TarFile[]): Uint8Array {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
  const blocks = sorted.flatMap((file) => [headerOf(file), padded(file.content)])
  const zipped = gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 9 })
  // gzip's header: no time, unknown operating system.
  zipped.fill(0, 4, 8)
  zipped[9] = 255
  return zipped
}

function headerOf({ path, content, mode }: TarFile): Buffer {
  if (Buffer.byteLength(path) > 100) throw new Error(`The path ${path} is too long for an archive.`)
  const header = Buffer.alloc(BLOCK)
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`
  header.write(path, 0)
  header.write(octal(mode, 8), 100)
  header.write(octal(0, 8), 108)
  header.write(octal(0, 8), 116)
  header.write(octal(content.byteLength, 12), 124)
  header.write(octal(MTIME, 12), 136)
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  header.write('root', 265)
  header.write('root', 297)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

function padded(content: Uint8Array): Buffer {
  const rest = content.byteLength % BLOCK
  return Buffer.concat([content, Buffer.alloc(rest === 0 ? 0 : BLOCK - rest)])
}

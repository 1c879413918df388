import { BadRequest, PayloadTooLarge } from '../../errors.ts'

const MIB = 1024 * 1024
/** The most bytes of a file after unpacking. */
export const UNPACKED_MAX = 128 * MIB

/** Whether a file is compressed by gzip. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/**
 * The UTF-8 of a file without a byte order mark, in pieces; a gzip file is unpacked piece by piece, UTF-16 with its
 * mark is converted. @throws BadRequest if it is damaged or of another kind; PayloadTooLarge
 */
export async function* unpack(file: Uint8Array): AsyncGenerator<Uint8Array> {
  let size = 0
  let isFirst = true
  for await (const piece of isGzip(file) ? gunzipped(file) : piecesOf(file)) {
    size += piece.byteLength
    if (size > UNPACKED_MAX)
      throw new PayloadTooLarge(`Unpacked, the file is larger than ${UNPACKED_MAX / MIB} MiB.`)
    if (!isFirst) {
      yield piece
      continue
    }
    isFirst = false
    const encoding = utf16(piece)
    if (encoding !== undefined) {
      yield await converted(file, encoding)
      return
    }
    yield withoutMark(piece)
  }
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  const [a, b, c, d] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return bytes.subarray(3)
  const packed = PACKED.find(({ starts }) => starts.every((byte, i) => byte === [a, b, c, d][i]))
  if (packed) throw new BadRequest(`The file is ${packed.name}. ${packed.advice}`)
  return bytes
}

const PACKED = [
  { starts: [0x50, 0x4b, 3, 4], name: 'a ZIP archive', advice: 'Unpack it, and import the files in it.' },
  { starts: [0x28, 0xb5, 0x2f, 0xfd], name: 'compressed by zstd', advice: 'Unpack it first (zstd -d).' },
  { starts: [0xfd, 0x37, 0x7a, 0x58], name: 'compressed by xz', advice: 'Unpack it first (xz -d).' },
  { starts: [0x50, 0x41, 0x52, 0x31], name: 'Parquet', advice: "Import the tool's own JSON instead." },
]

function utf16([a, b]: Uint8Array): string | undefined {
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  return a === 0xfe && b === 0xff ? 'utf-16be' : undefined
}

const UTF16_MAX = 32 * MIB

/** Windows writes such files; they are small, and converted whole. */
async function converted(file: Uint8Array, encoding: string): Promise<Uint8Array> {
  const decoder = new TextDecoder(encoding)
  const encoder = new TextEncoder()
  const parts: Uint8Array[] = []
  let size = 0
  for await (const piece of isGzip(file) ? gunzipped(file) : piecesOf(file)) {
    size += piece.byteLength
    if (size > UTF16_MAX) throw new PayloadTooLarge('A file in UTF-16 may have at most 32 MiB.')
    parts.push(encoder.encode(decoder.decode(piece, { stream: true })))
  }
  parts.push(encoder.encode(decoder.decode()))
  return joined(parts)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.byteLength
  }
  return all
}

const PIECE = 256 * 1024

/** The bytes in pieces, without a copy. */
function* piecesOf(file: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < file.byteLength; at += PIECE) yield file.subarray(at, at + PIECE)
}

async function* gunzipped(file: Uint8Array): AsyncGenerator<Uint8Array> {
  const pieces = piecesOf(file)
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const next = pieces.next()
      if (next.done) controller.close()
      else controller.enqueue(next.value as Uint8Array<ArrayBuffer>)
    },
  })
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw new BadRequest('The gzip file is damaged or cut short. Copy it again, whole.')
      })
      if (done) return
      yield value
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}

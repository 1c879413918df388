import { BadRequest, PayloadTooLarge } from '../../errors.ts'

const MIB = 1024 * 1024
/** The most bytes of a file after unpacking. */
export const UNPACKED_MAX = 128 * MIB

/** Whether a file is compressed by gzip. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/**
 * The UTF-8 of a file without a byte order mark; a gzip file is unpacked, UTF-16 with its mark is converted.
 * @throws BadRequest if it is damaged or of another kind; PayloadTooLarge
 */
export async function unpack(file: Uint8Array): Promise<Uint8Array> {
  const bytes = isGzip(file) ? await gunzip(file) : file
  const [a, b, c, d] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return bytes.subarray(3)
  if (a === 0xff && b === 0xfe) return converted(bytes, 'utf-16le')
  if (a === 0xfe && b === 0xff) return converted(bytes, 'utf-16be')
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

function converted(bytes: Uint8Array, encoding: string): Uint8Array {
  if (bytes.byteLength > 32 * MIB) throw new PayloadTooLarge('A file in UTF-16 may have at most 32 MiB.')
  return new TextEncoder().encode(new TextDecoder(encoding).decode(bytes))
}

async function gunzip(file: Uint8Array): Promise<Uint8Array> {
  const reader = pieces(file).pipeThrough(new DecompressionStream('gzip')).getReader()
  let all = new Uint8Array(Math.min(UNPACKED_MAX, toldSize(file)))
  let size = 0
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const end = size + read.value.byteLength
      if (end > UNPACKED_MAX) throw tooLarge()
      if (end > all.byteLength) all = grown(all, size, end)
      all.set(read.value, size)
      size = end
    }
  } catch (error) {
    if (error instanceof PayloadTooLarge) throw error
    throw new BadRequest('The gzip file is damaged or cut short. Copy it again, whole.')
  } finally {
    reader.cancel().catch(() => {})
  }
  return all.subarray(0, size)
}

const PIECE = 256 * 1024

/** The bytes in pieces, without a copy. */
function pieces(file: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= file.byteLength) return controller.close()
      controller.enqueue(file.subarray(at, at + PIECE) as Uint8Array<ArrayBuffer>)
      at += PIECE
    },
  })
}

const tooLarge = () => new PayloadTooLarge(`Unpacked, the file is larger than ${UNPACKED_MAX / MIB} MiB.`)

/** A gzip file ends with its size; of no use if it is damaged or larger than 4 GiB. */
function toldSize(file: Uint8Array): number {
  if (file.byteLength < 18) return 1024
  return new DataView(file.buffer, file.byteOffset + file.byteLength - 4, 4).getUint32(0, true)
}

function grown(all: Uint8Array<ArrayBuffer>, size: number, end: number) {
  const larger = new Uint8Array(Math.min(UNPACKED_MAX, Math.max(end, 2 * all.byteLength)))
  larger.set(all.subarray(0, size))
  return larger
}

import { constants, createBrotliDecompress, createUnzip, type Unzip } from 'node:zlib'

/** Takes bytes with the time of their read, ms. */
export type Feed = (bytes: Uint8Array, at: number, waited: number | null) => void

/** Decompresses a stream. */
export interface Inflater {
  feed: Feed
  /** Resolves when all bytes are decompressed. @throws when they are damaged or truncated */
  end(): Promise<void>
  close(): void
}

/** First bytes of uncompressed bodies: JSON, HTML, a byte order mark, fields and comments of an event stream. */
const isPlain = (byte: number) =>
  byte <= 0x20 || byte === 0xef || '{[<:deir'.includes(String.fromCharCode(byte))

/** The compression of a body, by its first bytes and its header; null without any. */
export function compressionOf(first: Uint8Array, encoding: string | null): 'zip' | 'br' | null {
  if (first[0] === 0x1f && (first.length < 2 || first[1] === 0x8b)) return 'zip'
  // A runtime that decompresses by itself leaves the header unchanged.
  if (encoding === null || encoding === 'identity' || isPlain(first[0] ?? 0)) return null
  return /\bbr\b/i.test(encoding) ? 'br' : 'zip'
}

/** Decompresses gzip, deflate or Brotli; the output of a read has its time. */
export function createInflater(kind: 'zip' | 'br', on: Feed, failed: (error: unknown) => void): Inflater {
  const unzip = kind === 'br' ? createBrotliDecompress() : createUnzip({ flush: constants.Z_SYNC_FLUSH })
  let at = 0
  let waited: number | null = null
  let writes: Promise<void> = Promise.resolve()
  unzip.on('error', failed)
  unzip.on('data', (bytes: Uint8Array) => {
    try {
      on(bytes, at, waited)
    } catch (error) {
      failed(error)
    }
  })
  return {
    feed: (bytes, time, wait) => {
      writes = writes.then(() => {
        at = time
        waited = wait
        return written(unzip, bytes)
      })
    },
    end: async () => {
      await writes
      await new Promise<void>((resolve) => {
        unzip.once('end', resolve)
        unzip.once('close', resolve)
        unzip.end()
      })
    },
    close: () => unzip.destroy(),
  }
}

const written = (unzip: Unzip | ReturnType<typeof createBrotliDecompress>, bytes: Uint8Array) =>
  new Promise<void>((resolve) => {
    if (unzip.destroyed) resolve()
    else unzip.write(bytes, () => resolve())
  })

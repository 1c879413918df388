import { constants, createBrotliDecompress, createUnzip, type Unzip } from 'node:zlib'

/** Takes bytes with the time they were read. */
export type Feed = (bytes: Uint8Array, at: number, waited: number | null) => void

/** What undoes a compression while bytes come in. */
export interface Inflater {
  feed: Feed
  /** Resolves when all that was fed has been handed on. @throws when it is damaged or cut short */
  end(): Promise<void>
  close(): void
}

/** How every body begins that is none: JSON, HTML, a byte order mark, the fields and comments of an event stream. */
const begins = (byte: number) =>
  byte <= 0x20 || byte === 0xef || '{[<:deir'.includes(String.fromCharCode(byte))

/** The compression of a body, by its first bytes and what its header says of them; null where there is none. */
export function compressionOf(first: Uint8Array, encoding: string | null): 'zip' | 'br' | null {
  if (first[0] === 0x1f && (first.length < 2 || first[1] === 0x8b)) return 'zip'
  // A runtime that has undone it already leaves the header as it was.
  if (encoding === null || encoding === 'identity' || begins(first[0] ?? 0)) return null
  return /\bbr\b/i.test(encoding) ? 'br' : 'zip'
}

/** Undoes gzip, deflate or Brotli; what comes out of a read carries its time. */
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

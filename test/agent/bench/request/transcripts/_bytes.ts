import { constants, crc32, deflateRawSync } from 'node:zlib'
import { KEY, KEY_ENCODED, KEY_ESCAPED } from './_transcript.ts'

/** The bytes of a read, with the key that was sent where they repeat it. */
export const bytesOf = (bytes: string | Uint8Array, key = 'nobody'): Uint8Array =>
  typeof bytes === 'string'
    ? Buffer.from(
        bytes
          .replaceAll(KEY, key)
          .replaceAll(KEY_ESCAPED, key.replaceAll('/', '\\/'))
          .replaceAll(KEY_ENCODED, encodeURIComponent(key)),
      )
    : bytes

const FLUSHED = { finishFlush: constants.Z_SYNC_FLUSH }

/** gzip as a server writes it that flushes after each part: every part can be read at once. */
export function deflated() {
  let sum = 0
  let size = 0
  let begun = false
  return {
    part(bytes: Uint8Array): Uint8Array {
      const head = begun ? [] : [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
      begun = true
      sum = crc32(bytes, sum)
      size += bytes.length
      return Buffer.concat([new Uint8Array(head), deflateRawSync(bytes, FLUSHED)])
    },
    end(): Uint8Array {
      const tail = Buffer.alloc(8)
      tail.writeUInt32LE(sum, 0)
      tail.writeUInt32LE(size % 2 ** 32, 4)
      return Buffer.concat([deflateRawSync(new Uint8Array()), tail])
    },
  }
}

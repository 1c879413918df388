/** What a tool wrote about a run, compressed: the base64 of a gzip of JSON. */
export type Original = { encoding: 'gzip+base64'; bytes: number; data: string }

/** A larger original is not kept, in bytes. */
const PACKED_MAX = 1024 * 1024

/**
 * Compresses what a tool wrote; undefined where it is too large to be kept.
 * @param room how many bytes are left for the runs of its file
 */
export async function packed(original: unknown, room: { bytes: number }): Promise<Original | undefined> {
  const json = new TextEncoder().encode(JSON.stringify(original) ?? 'null')
  const stream = new Blob([json]).stream().pipeThrough(new CompressionStream('gzip'))
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer())
  if (bytes.byteLength > Math.min(PACKED_MAX, room.bytes)) return undefined
  room.bytes -= bytes.byteLength
  return { encoding: 'gzip+base64', bytes: json.byteLength, data: base64(bytes) }
}

const PART = 0x8000

function base64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += PART)
    binary += String.fromCharCode(...bytes.subarray(at, at + PART))
  return btoa(binary)
}

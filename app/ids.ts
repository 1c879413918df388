const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

const POOL = new Uint8Array(2048)
let used = POOL.length

/** Random bytes in hex, from a pool: a call of the source costs more than the bytes. */
function randomHex(bytes: number): string {
  if (used + bytes > POOL.length) {
    crypto.getRandomValues(POOL)
    used = 0
  }
  let text = ''
  for (const end = used + bytes; used < end; used++) text += HEX[POOL[used] as number]
  return text
}

/** A new id: 16 lowercase hex characters from a secure random source. */
export const newId = (): string => randomHex(8)

/** A new secret: `kitt_` and 256 random bits in hex. */
export const newToken = (): string => `kitt_${randomHex(32)}`

/** A new secret of a link: `share_` and 256 random bits in hex. */
export const newSecret = (): string => `share_${randomHex(32)}`

/** The public part of a token, by which to identify it. */
export const tokenPrefix = (token: string): string => token.slice(0, 8)

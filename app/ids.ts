const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** A new id: 16 lowercase hex characters from a secure random source. */
export const newId = (): string => hex(crypto.getRandomValues(new Uint8Array(8)))

/** A new secret: `kitt_` and 256 random bits in hex. */
export const newToken = (): string => `kitt_${hex(crypto.getRandomValues(new Uint8Array(32)))}`

/** The part of a token that may be shown, to tell tokens apart. */
export const tokenPrefix = (token: string): string => token.slice(0, 8)

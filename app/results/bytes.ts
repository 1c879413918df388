/** Bytes as a driver hands them over: that of a file the first, that of a server the second. */
export type Bytes = Uint8Array<ArrayBuffer> | ArrayBuffer

/** The same without a copy. */
export const asBytes = (bytes: Bytes): Uint8Array<ArrayBuffer> =>
  bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes

/** Bytes as a database driver returns them: the file driver the first type, the server driver the second. */
export type Bytes = Uint8Array<ArrayBuffer> | ArrayBuffer

/** The same without a copy. */
export const asBytes = (bytes: Bytes): Uint8Array<ArrayBuffer> =>
  bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes

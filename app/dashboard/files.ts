/** One file of the built dashboard. */
export type PageFile = {
  /** Content-Type. */
  type: string
  /** A strong validator of the file, with quotes. */
  etag: string
  /** Whether its name contains a hash, so that it may be cached forever. */
  immutable: boolean
  readonly plain: Uint8Array<ArrayBuffer>
  /** Compressed when the dashboard was built. */
  br?: Uint8Array<ArrayBuffer>
  gzip?: Uint8Array<ArrayBuffer>
}

/** The built dashboard: files by URL path (`/assets/index-1a2b.js`). Injected: the app has no disk. */
export type PageFiles = Pick<ReadonlyMap<string, PageFile>, 'get'>

/** The page, which is also served for every path without a file. */
export const INDEX = '/index.html'

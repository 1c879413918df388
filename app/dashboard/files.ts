/** One file of the built dashboard. */
export type PageFile = {
  /** Its Content-Type. */
  type: string
  /** A strong validator, quotes included, of the file as it is. */
  etag: string
  /** Its name changes with its content, so that it may be kept for ever. */
  immutable: boolean
  plain: Uint8Array<ArrayBuffer>
  /** The same, compressed when the dashboard was built. */
  br?: Uint8Array<ArrayBuffer>
  gzip?: Uint8Array<ArrayBuffer>
}

/** The built dashboard: files by their path in the URL (`/assets/index-1a2b.js`). Injected, for it comes from a disk. */
export type PageFiles = ReadonlyMap<string, PageFile>

/** The path of the page itself, which every path that is no file falls back to. */
export const INDEX = '/index.html'

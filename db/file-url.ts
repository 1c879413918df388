import { resolve } from 'node:path'

/** The `file:` URL of a database file; `%`, `?` and `#` of its path would mean something else in a URL. */
export const databaseUrl = (path: string): string =>
  `file:${resolve(path).replace(/[%?#]/g, encodeURIComponent)}`

/** The path that a `file:` URL names, absolute; undefined where it is of another kind. */
export function databaseFile(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined
  const path = url.slice('file:'.length).replace(/^\/\/(localhost)?(?=\/)/, '')
  try {
    return resolve(decodeURIComponent(path))
  } catch {
    // A person wrote it, with a "%" that is part of the path.
    return resolve(path)
  }
}

import { resolve } from 'node:path'

/** The `file:` URL of a database file, with `%`, `?` and `#` escaped. */
export const databaseUrl = (path: string): string =>
  `file:${resolve(path).replace(/[%?#]/g, encodeURIComponent)}`

/** The absolute path of a `file:` URL; undefined for other URLs. */
export function databaseFile(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined
  const path = url.slice('file:'.length).replace(/^\/\/(localhost)?(?=\/)/, '')
  try {
    return resolve(decodeURIComponent(path))
  } catch {
    // Written by hand, with an unescaped "%" in the path.
    return resolve(path)
  }
}

/** A URL, or a text with URLs, without their user names, passwords and tokens. */
export const shownUrl = (text: string): string =>
  text.replace(/\/\/[^/@\s]*@/g, '//').replace(/([?&]authToken=)[^&#\s]*/gi, '$1…')

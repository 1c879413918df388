import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { own } from '../../lib/own.ts'
import type { PageFile, PageFiles } from '../dashboard/files.ts'
import { sha256 } from './runtime.ts'

// Relative to the built program, and to the source.
const PLACES = ['../dashboard/', '../../dist/dashboard/']

/** When the files are read, ms after the start, unless one is asked for earlier. Reading them first would delay the API. */
const READ_AFTER_MS = 1000

/** The built dashboard, which is read into memory; undefined if it was not built. */
export function openDashboard(): PageFiles | undefined {
  const root = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) =>
    existsSync(join(path, 'assets')),
  )
  if (root === undefined) return undefined
  let known: PageFiles | undefined
  const files = () => {
    try {
      known ??= readPageFiles(root)
    } catch {
      // The folder is being replaced: the next request reads it.
    }
    return known
  }
  setTimeout(files, READ_AFTER_MS).unref()
  return { get: (path) => files()?.get(path) }
}

/** The files of a folder by URL path, each with its .br and .gz variants: an upgrade must not mix with what is open. */
function readPageFiles(root: string): PageFiles {
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const known = new Set(paths)
  const files = paths.filter((path) => !isCompressed(path, known))
  return new Map(files.map((path) => [`/${relative(root, path).split(sep).join('/')}`, read(path, known)]))
}

const isCompressed = (path: string, known: Set<string>) =>
  /\.(br|gz)$/.test(path) && known.has(path.slice(0, -3))

function read(path: string, known: Set<string>): PageFile {
  const gzip = known.has(`${path}.gz`) ? bytesOf(`${path}.gz`) : undefined
  const kept = gzip ?? bytesOf(path)
  let plain: PageFile['plain'] | undefined
  return {
    type: own(TYPES, path.slice(path.lastIndexOf('.') + 1)) ?? 'application/octet-stream',
    etag: `"${sha256(kept).slice(0, 32)}"`,
    immutable: path.includes(`${sep}assets${sep}`),
    // Every browser takes a compressed one, which is a quarter of it to keep.
    get plain() {
      plain ??= gzip ? new Uint8Array(gunzipSync(gzip)) : kept
      return plain
    },
    ...(known.has(`${path}.br`) ? { br: bytesOf(`${path}.br`) } : {}),
    ...(gzip ? { gzip } : {}),
  }
}

const bytesOf = (path: string) => new Uint8Array(readFileSync(path))

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  json: 'application/json',
  woff2: 'font/woff2',
  png: 'image/png',
  txt: 'text/plain; charset=utf-8',
}

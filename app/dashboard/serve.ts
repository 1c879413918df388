import type { Context, NotFoundHandler } from 'hono'
import type { Env } from '../http/env.ts'
import { INDEX, type PageFile, type PageFiles } from './files.ts'

const BASE = [
  "default-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')
// A chart that is saved as an image is drawn from a blob: URL of the page itself.
const POLICY = `${BASE}; img-src 'self' blob:`
// Swagger UI draws its icons from data: URLs in its style sheet.
const DOCS_POLICY = `${BASE}; img-src 'self' data:`

/**
 * Answers requests without a route: with a file of the dashboard, or with its page, which has its own routes.
 * `otherwise` answers everything below `/api`, and methods other than GET and HEAD.
 */
export const dashboard =
  (files: PageFiles | undefined, otherwise: NotFoundHandler<Env>): NotFoundHandler<Env> =>
  (c) => {
    const { path, method } = c.req
    if (!files || !isPage(path) || (method !== 'GET' && method !== 'HEAD')) return otherwise(c)
    const file =
      files.get(path) ??
      files.get(`${path.replace(/\/$/, '')}${INDEX}`) ??
      (looksLikeFile(path) ? undefined : files.get(INDEX))
    return file ? answer(c, file) : otherwise(c)
  }

const isPage = (path: string) => !/^\/api(\/|$)/.test(path)

/** A missing asset must be a 404: the page would be run as a script in its place. */
const looksLikeFile = (path: string) => path.includes('/assets/') || /^\/[^/]+\.[a-z0-9]{2,5}$/.test(path)

function answer(c: Context<Env>, file: PageFile): Response {
  const { encoding, body } = chooseEncoding(file, c.req.header('accept-encoding') ?? '')
  // Each encoding has its own validator.
  const etag = encoding ? file.etag.replace(/"$/, `-${encoding}"`) : file.etag
  const headers: Record<string, string> = {
    'Content-Type': file.type,
    ETag: etag,
    Vary: 'Accept-Encoding',
    'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(encoding ? { 'Content-Encoding': encoding } : {}),
    ...(file.type.startsWith('text/html')
      ? { 'Content-Security-Policy': c.req.path.startsWith('/docs') ? DOCS_POLICY : POLICY }
      : {}),
  }
  if (matches(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers)
  return c.body(body, 200, { ...headers, 'Content-Length': String(body.byteLength) })
}

function chooseEncoding(file: PageFile, accepted: string) {
  const takes = (name: string) =>
    accepted.split(',').some((part) => {
      const [coding, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
      return coding === name && !parameters.some((text) => /^q=0(\.0*)?$/.test(text))
    })
  if (file.br && takes('br')) return { encoding: 'br', body: file.br }
  if (file.gzip && takes('gzip')) return { encoding: 'gzip', body: file.gzip }
  return { encoding: undefined, body: file.plain }
}

const matches = (header: string | undefined, etag: string) =>
  header?.split(',').some((part) => part.trim() === '*' || part.trim().replace(/^W\//, '') === etag) ?? false

import type { Context } from 'hono'
import type { Deps } from '../deps.ts'
import type { Archive } from '../distribution/files.ts'
import { InstallQuery } from '../distribution/schema.ts'
import { archiveOf, authorityOf, installScript } from '../distribution/service.ts'
import { type Env, router, setHeader } from '../http/env.ts'
import { publicUrl } from '../http/public-url.ts'
import { validate } from '../http/validate.ts'

export const distributionRouter = (deps: Deps) =>
  router()
    .get('/package', (c) => send(c, archiveOf(deps, 'package')))
    .get('/package/sha256', (c) => c.json(digest(archiveOf(deps, 'package')), 200))
    .get('/build-context', (c) => send(c, archiveOf(deps, 'buildContext')))
    .get('/build-context/sha256', (c) => c.json(digest(archiveOf(deps, 'buildContext')), 200))
    .get('/install.sh', validate('query', InstallQuery), (c) => {
      setHeader(c, 'Cache-Control', 'no-cache')
      const script = installScript(deps, publicUrl(deps, c), c.req.valid('query'))
      return c.body(script, 200, { 'Content-Type': 'text/x-shellscript; charset=utf-8' })
    })
    .get('/ca.pem', (c) => c.body(authorityOf(deps).pem, 200, { 'Content-Type': 'application/x-pem-file' }))

const digest = ({ sha256, filename }: Archive) => ({ sha256, filename })

function send(c: Context<Env>, { sha256, filename, bytes }: Archive) {
  const etag = `"${sha256}"`
  const headers = { ETag: etag, 'Cache-Control': 'no-cache' }
  const asked = c.req.header('if-none-match') ?? ''
  const known = asked.split(',').some((one) => ['*', etag].includes(one.trim().replace(/^W\//, '')))
  if (known) return c.body(null, 304, headers)
  return c.body(bytes, 200, {
    ...headers,
    'Content-Type': 'application/gzip',
    'Content-Length': String(bytes.byteLength),
    'Content-Disposition': `attachment; filename="${filename}"`,
  })
}

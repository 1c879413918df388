import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { notFoundPage, resultsPage } from './page.ts'
import { groupByModelAndEngine, type LegacyResult, viewOf } from './results.ts'
import { STYLE } from './style.ts'

export type LegacyDeps = {
  /** All result documents, in a stable order. */
  readResults: () => Promise<LegacyResult[]>
  version: string
  /** Whether a Host header may name this server; always, by default. */
  isOwnHost?: (host: string) => boolean
}

const NOT_ITS_NAME = 'This server does not answer to that name. Allow it with KITT_ALLOWED_HOSTS.'

/**
 * The read-only dashboard over `metrics.json` files: no database, no authentication.
 *
 * @example createLegacyApp({ readResults: legacyResults({ dir: '.', warn: console.warn }), version: '2.0.0' })
 */
export const createLegacyApp = ({ readResults, version, isOwnHost = () => true }: LegacyDeps) =>
  new Hono({ strict: false })
    .use(
      secureHeaders({
        contentSecurityPolicy: {
          defaultSrc: ["'none'"],
          styleSrc: ["'self'"],
          formAction: ["'self'"],
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
        },
        referrerPolicy: 'no-referrer',
        xFrameOptions: 'DENY',
        strictTransportSecurity: false,
      }),
    )
    .use(async (c, next) => {
      // Against DNS rebinding: another site could read the results through a visitor's browser.
      if (!isOwnHost(new URL(c.req.url).host)) return c.json({ error: NOT_ITS_NAME }, 421)
      return next()
    })
    .get('/', async (c) => {
      const filter = { model: c.req.query('model') || undefined, engine: c.req.query('engine') || undefined }
      return c.html(resultsPage(viewOf(await readResults(), filter), version), 200)
    })
    .get('/style.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }))
    .get('/api/results', async (c) => c.json(await readResults(), 200))
    .get('/api/results/:index{\\d+}', async (c) => {
      const result = (await readResults())[Number(c.req.param('index'))]
      return result ? c.json(result, 200) : c.json({ error: 'Not found' }, 404)
    })
    .get('/api/campaigns', async (c) => c.json(groupByModelAndEngine(await readResults()), 200))
    .get('/api/health', (c) => c.json({ status: 'ok', version }, 200))
    .all('/api/*', (c) => c.json({ error: 'Not found' }, 404))
    .all('*', (c) => c.html(notFoundPage(version), 404))

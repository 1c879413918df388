import type { Deps } from '../deps.ts'
import { takeSnapshot } from '../health/metrics.ts'
import type { Version } from '../health/schema.ts'
import { databaseCheck } from '../health/service.ts'
import { router } from '../http/env.ts'
import { unindexed } from '../setups/index-state.ts'

export const healthRouter = (deps: Deps) => {
  const databaseAnswers = databaseCheck(deps)
  return router()
    .get('/v1/health', async (c) => {
      if (deps.draining.begun) return c.json(DRAINING, 503)
      return (await databaseAnswers())
        ? c.json({ status: 'ok' as const, ...replicaAge(deps) }, 200)
        : c.json({ status: 'unavailable' as const, error: 'The database does not answer.' }, 503)
    })
    .get('/v1/version', (c) =>
      c.json(
        {
          name: 'KITT' as const,
          version: deps.version,
          api_version: 'v1' as const,
          runtime: deps.runtime,
          token_for: tokenFor(deps),
        },
        200,
      ),
    )
    .get('/health', (c) => c.json({ status: 'ok' as const, version: deps.version }, 200))
}

const replicaAge = ({ db }: Deps) =>
  db.replica ? { replica_age_s: Math.round(db.replica.age() * 1000) / 1000 } : {}

const DRAINING = { status: 'draining' as const, error: 'The server is about to stop.' }

const tokenFor = ({ config, settings }: Deps): Version['token_for'] =>
  config.no_auth ? 'nothing' : settings.get('protect_reads') ? 'everything' : 'changes'

const snapshot = async (deps: Deps) => ({
  ...(await takeSnapshot(deps)),
  unindexed: await unindexed(deps),
})

/** The server's metrics, for Prometheus. */
export const metricsRouter = (deps: Deps) =>
  router().get('/', async (c) =>
    c.body((await deps.metrics?.render(await snapshot(deps))) ?? '', 200, {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    }),
  )

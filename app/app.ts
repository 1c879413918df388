import type { RouterRoute } from 'hono/types'
import { agentsRouter } from './api/agents.ts'
import { alertsRouter } from './api/alerts.ts'
import { auditRouter } from './api/audit.ts'
import { beginEntry, keepEntry, noting } from './api/audited.ts'
import { createAuthThrottle } from './api/auth-throttle.ts'
import { authorize } from './api/authorize.ts'
import { baselinesRouter } from './api/baselines.ts'
import { campaignsRouter } from './api/campaigns.ts'
import { distributionRouter } from './api/distribution.ts'
import { enginesRouter } from './api/engines.ts'
import { eventsRouter } from './api/events.ts'
import { healthRouter, metricsRouter } from './api/health.ts'
import { modelsRouter } from './api/models.ts'
import { namesRouter } from './api/names.ts'
import { openApiRouter } from './api/openapi.ts'
import { ownAgent } from './api/own-agent.ts'
import { quickTestsRouter } from './api/quicktests.ts'
import { requestLog } from './api/request-log.ts'
import { resultsRouter } from './api/results.ts'
import type { UnmatchedIn, WithRows } from './api/routes.ts'
import { schedulesRouter } from './api/schedules.ts'
import { settingsRouter } from './api/settings.ts'
import { rulesRouter, setupsRouter } from './api/setups.ts'
import { sharedRouter, sharesRouter } from './api/shares.ts'
import { createRights } from './api/token-owner.ts'
import { tokensRouter } from './api/tokens.ts'
import { deliveriesRouter, webhooksRouter } from './api/webhooks.ts'
import { createRefusals } from './audit/refusals.ts'
import { dashboard } from './dashboard/serve.ts'
import type { Deps } from './deps.ts'
import { readBody } from './http/body.ts'
import { router } from './http/env.ts'
import { notFound, onError } from './http/error-response.ts'
import { checkHost } from './http/hosts.ts'
import { rejectUnexpectedBody } from './http/reject-unexpected-body.ts'
import { securityHeaders } from './http/security-headers.ts'
import { steps } from './http/steps.ts'

const MIB = 1024 * 1024
const IMPORT = 'POST /api/v1/results/import'
const limitsOf = (route: string) => {
  if (route === IMPORT) return { bytes: 64 * MIB, anyType: true }
  return { bytes: route.endsWith('/results') ? 16 * MIB : MIB, anyType: false }
}

/** The HTTP application: middleware, then the routes of each area. */
export function createApp(deps: Deps) {
  const registered: RouterRoute[] = []
  const throttle = createAuthThrottle(deps.clock, deps.config.auth_failures_per_minute)
  const rights = createRights(deps)
  const app = router()
    .use(requestLog(deps))
    .use(securityHeaders)
    .use(
      steps(
        [
          checkHost(deps),
          noting(createRefusals(deps), authorize(deps, throttle, rights)),
          ownAgent(deps),
          readBody(limitsOf, rejectUnexpectedBody(registered)),
          beginEntry(deps),
        ],
        (c) => deps.answers.known(c),
        keepEntry(deps),
      ),
    )
    .route('/api', healthRouter(deps))
    .route('/metrics', metricsRouter(deps))
    .route('/api/v1/agents', agentsRouter(deps))
    .route('/api/v1/quicktest', quickTestsRouter(deps))
    .route('/api/v1/results', resultsRouter(deps))
    .route('/api/v1/setups', setupsRouter(deps))
    .route('/api/v1/rules', rulesRouter(deps))
    .route('/api/v1/baselines', baselinesRouter(deps))
    .route('/api/v1/alerts', alertsRouter(deps))
    .route('/api/v1/models', modelsRouter(deps))
    .route('/api/v1/engines', enginesRouter(deps))
    .route('/api/v1/names', namesRouter(deps))
    .route('/api/v1/settings', settingsRouter(deps))
    .route('/api/v1/audit', auditRouter(deps))
    .route('/api/v1/shares', sharesRouter(deps))
    .route('/api/v1/shared', sharedRouter(deps, throttle))
    .route('/api/v1/tokens', tokensRouter(deps))
    .route('/api/v1/campaigns', campaignsRouter(deps))
    .route('/api/v1/schedules', schedulesRouter(deps))
    .route('/api/v1/webhooks', webhooksRouter(deps))
    .route('/api/v1/deliveries', deliveriesRouter(deps))
    .route('/api/v1/agent', distributionRouter(deps))
    .route('/api/v1/events', eventsRouter(deps, rights))
    .route('/api/v1/openapi.json', openApiRouter(deps, registered))
  app.onError(onError(deps))
  app.notFound(dashboard(deps.dashboard, notFound(app)))
  registered.push(...app.routes)
  return app
}

type App = ReturnType<typeof createApp>

/** The type of the client's routes. Does not compile if a route has no row in the table of routes, or a row no route. */
export type AppType = WithRows<App, UnmatchedIn<App>>

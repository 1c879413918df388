import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { ById } from '../http/by-id.ts'
import { router } from '../http/env.ts'
import { Id, LogQuery, Paging } from '../http/fields.ts'
import { idempotent } from '../http/idempotency.ts'
import { always } from '../http/kept-answers.ts'
import { validate } from '../http/validate.ts'
import { listManifest } from '../models/service.ts'
import { cancelQuickTest } from '../queue/cancel-test.ts'
import { reportLog } from '../queue/report-log.ts'
import { reportStatus } from '../queue/report-status.ts'
import { agentCapabilities, engineFormats } from '../quicktests/capabilities.ts'
import {
  LogLines,
  type LogPage,
  NewQuickTest,
  QuickTestAgain,
  QuickTestQuery,
  StatusReport,
} from '../quicktests/schema.ts'
import {
  getQuickTest,
  launchQuickTest,
  listQuickTests,
  quickTestLog,
  rerunQuickTest,
} from '../quicktests/service.ts'
import { audited } from './audited.ts'

export const quickTestsRouter = (deps: Deps) => {
  const once = idempotent(deps)
  return router()
    .get('/', validate('query', QuickTestQuery.extend(Paging.shape)), async (c) =>
      deps.answers.json(c, () => listQuickTests(deps, c.req.valid('query'))),
    )
    .post('/', validate('json', NewQuickTest), async (c) =>
      c.json(await once(c, (keep) => launchQuickTest(audited(deps, c), c.req.valid('json'), keep)), 202),
    )
    .get('/models', validate('query', Paging), async (c) =>
      c.json(await listManifest(deps, c.req.valid('query')), 200),
    )
    .get('/agent-capabilities', validate('query', z.object({ agent_id: Id.optional() })), async (c) =>
      deps.answers.json(c, () => agentCapabilities(deps, c.req.valid('query').agent_id)),
    )
    .get('/engine-formats', always(engineFormats))
    .get('/:id', ById, async (c) => deps.answers.json(c, () => getQuickTest(deps, c.req.valid('param').id)))
    .post('/:id/rerun', ById, validate('json', QuickTestAgain), async (c) =>
      c.json(
        await once(c, (keep) =>
          rerunQuickTest(audited(deps, c), c.req.valid('param').id, c.req.valid('json'), keep),
        ),
        202,
      ),
    )
    .post('/:id/cancel', ById, async (c) =>
      c.json(await cancelQuickTest(audited(deps, c), c.req.valid('param').id), 200),
    )
    .get('/:id/logs', ById, validate('query', LogQuery), async (c) =>
      deps.answers.text<LogPage>(c, () => quickTestLog(deps, c.req.valid('param').id, c.req.valid('query'))),
    )
    .post('/:id/logs', ById, validate('json', LogLines), async (c) => {
      await reportLog(deps, c.get('principal'), c.req.valid('param').id, c.req.valid('json'))
      return c.json({ ok: true as const }, 200)
    })
    .post('/:id/status', ById, validate('json', StatusReport), async (c) =>
      c.json(
        {
          ok: true as const,
          status: await reportStatus(deps, c.get('principal'), c.req.valid('param').id, c.req.valid('json')),
        },
        200,
      ),
    )
}

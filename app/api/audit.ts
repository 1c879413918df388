import { AuditQuery } from '../audit/schema.ts'
import { listAudit } from '../audit/service.ts'
import type { Deps } from '../deps.ts'
import { router } from '../http/env.ts'
import { Paging } from '../http/fields.ts'
import { validate } from '../http/validate.ts'

export const auditRouter = (deps: Deps) =>
  router().get('/', validate('query', AuditQuery.extend(Paging.shape)), async (c) =>
    c.json(await listAudit(deps, c.req.valid('query')), 200),
  )

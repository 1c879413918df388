import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { router } from '../http/env.ts'
import { Paging, Text } from '../http/fields.ts'
import { idempotent } from '../http/idempotency.ts'
import { validate } from '../http/validate.ts'
import { startDownload } from '../models/downloads.ts'
import { ModelSearch, NewDownload } from '../models/schema.ts'
import { listModels, removeModel, searchModels } from '../models/service.ts'
import { audited } from './audited.ts'

/** May contain slashes, plain or encoded. */
const RepoId = z.object({ repo_id: Text(1024).transform((id) => id.replace(/\/$/, '')) })

export const modelsRouter = (deps: Deps) => {
  const once = idempotent(deps)
  return router()
    .get('/search', validate('query', ModelSearch), async (c) =>
      c.json(await searchModels(deps, c.req.valid('query')), 200),
    )
    .get('/local', validate('query', Paging), async (c) =>
      c.json(await listModels(deps, c.req.valid('query')), 200),
    )
    .post('/download', validate('json', NewDownload), async (c) =>
      c.json(await once(c, (keep) => startDownload(audited(deps, c), c.req.valid('json'), keep)), 202),
    )
    .delete('/:repo_id{.+}', validate('param', RepoId), async (c) => {
      await removeModel(audited(deps, c), c.req.valid('param').repo_id)
      return c.json({ deleted: true as const }, 200)
    })
}

import type { Deps } from '../deps.ts'
import { ById } from '../http/by-id.ts'
import { router } from '../http/env.ts'
import { Paging } from '../http/fields.ts'
import { validate } from '../http/validate.ts'
import { NewApiToken } from '../tokens/schema.ts'
import { createApiToken, currentToken, listApiTokens, revokeApiToken } from '../tokens/service.ts'
import { audited } from './audited.ts'

export const tokensRouter = (deps: Deps) =>
  router()
    // Not kept: whether a token is expired depends on the clock.
    .get('/', validate('query', Paging), async (c) =>
      c.json(await listApiTokens(deps, c.req.valid('query')), 200),
    )
    .post('/', validate('json', NewApiToken), async (c) =>
      c.json(await createApiToken(audited(deps, c), c.get('principal'), c.req.valid('json')), 201),
    )
    .get('/current', (c) => c.json(currentToken(c.get('principal')), 200))
    .delete('/:id', ById, async (c) => {
      await revokeApiToken(audited(deps, c), c.req.valid('param').id)
      return c.json({ deleted: true as const }, 200)
    })

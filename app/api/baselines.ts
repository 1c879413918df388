import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { router } from '../http/env.ts'
import { Name, Paging } from '../http/fields.ts'
import { validate } from '../http/validate.ts'
import { deleteBaseline, getBaseline, listBaselines, setBaseline } from '../setups/baselines.ts'
import { BaselineName, NewBaseline } from '../setups/schema.ts'
import { audited } from './audited.ts'

const ByName = validate('param', z.object({ name: Name }))

export const baselinesRouter = (deps: Deps) =>
  router()
    .get('/', validate('query', Paging), async (c) =>
      deps.answers.json(c, () => listBaselines(deps, c.req.valid('query'))),
    )
    .get('/:name', ByName, async (c) =>
      deps.answers.json(c, () => getBaseline(deps, c.req.valid('param').name)),
    )
    .put(
      '/:name',
      validate('param', z.object({ name: BaselineName })),
      validate('json', NewBaseline),
      async (c) =>
        c.json(await setBaseline(audited(deps, c), c.req.valid('param').name, c.req.valid('json')), 200),
    )
    .delete('/:name', ByName, async (c) => {
      await deleteBaseline(audited(deps, c), c.req.valid('param').name)
      return c.json({ deleted: true as const }, 200)
    })

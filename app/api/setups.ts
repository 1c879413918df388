import type { Deps } from '../deps.ts'
import { ById } from '../http/by-id.ts'
import { router } from '../http/env.ts'
import { Paging } from '../http/fields.ts'
import { validate } from '../http/validate.ts'
import { defaultRule, inheritRule, setDefaultRule, setRule } from '../setups/rules.ts'
import { Rule, SeriesQuery, SetupQuery } from '../setups/schema.ts'
import { seriesOf } from '../setups/series.ts'
import { getSetup, listSetups } from '../setups/service.ts'
import { audited } from './audited.ts'

export const setupsRouter = (deps: Deps) =>
  router()
    .get('/', validate('query', SetupQuery.extend(Paging.shape)), async (c) =>
      deps.answers.json(c, () => listSetups(deps, c.req.valid('query'))),
    )
    .get('/:id', ById, async (c) => deps.answers.json(c, () => getSetup(deps, c.req.valid('param').id)))
    .get('/:id/series', ById, validate('query', SeriesQuery), async (c) =>
      deps.answers.json(c, () => seriesOf(deps, c.req.valid('param').id, c.req.valid('query'))),
    )
    .put('/:id/rule', ById, validate('json', Rule), async (c) => {
      await setRule(audited(deps, c), c.req.valid('param').id, c.req.valid('json'))
      return c.json({ updated: true as const }, 200)
    })
    .delete('/:id/rule', ById, async (c) => {
      await inheritRule(audited(deps, c), c.req.valid('param').id)
      return c.json({ updated: true as const }, 200)
    })

export const rulesRouter = (deps: Deps) =>
  router()
    .get('/default', async (c) => deps.answers.json(c, () => defaultRule(deps)))
    .put('/default', validate('json', Rule), async (c) =>
      c.json(await setDefaultRule(audited(deps, c), c.req.valid('json')), 200),
    )

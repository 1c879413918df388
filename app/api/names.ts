import type { Deps } from '../deps.ts'
import { router } from '../http/env.ts'
import { validate } from '../http/validate.ts'
import { NamesQuery } from '../names/schema.ts'
import { findNames } from '../names/service.ts'

export const namesRouter = (deps: Deps) =>
  router().get('/', validate('query', NamesQuery), async (c) =>
    deps.answers.json(c, () => findNames(deps, c.req.valid('query'))),
  )

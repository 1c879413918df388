import type { Deps } from '../deps.ts'
import { changeProfile, createProfile, deleteProfile, getProfile, listProfiles } from '../engines/profiles.ts'
import { ENGINES } from '../engines/registry.ts'
import { EngineCommand, EngineProfileChange, NewEngineProfile } from '../engines/schema.ts'
import { commandEngine, engineStatus } from '../engines/service.ts'
import { ById } from '../http/by-id.ts'
import { router } from '../http/env.ts'
import { Paging } from '../http/fields.ts'
import { always } from '../http/kept-answers.ts'
import { validate } from '../http/validate.ts'
import { audited } from './audited.ts'

const Command = validate('json', EngineCommand)

export const enginesRouter = (deps: Deps) =>
  router()
    .get('/registry', always(ENGINES))
    .get('/status', async (c) => deps.answers.json(c, () => engineStatus(deps)))
    .get('/profiles', validate('query', Paging), async (c) =>
      deps.answers.json(c, () => listProfiles(deps, c.req.valid('query'))),
    )
    .post('/profiles', validate('json', NewEngineProfile), async (c) =>
      c.json(await createProfile(audited(deps, c), c.req.valid('json')), 201),
    )
    .get('/profiles/:id', ById, async (c) =>
      deps.answers.json(c, () => getProfile(deps, c.req.valid('param').id)),
    )
    .put('/profiles/:id', ById, validate('json', EngineProfileChange), async (c) =>
      c.json(await changeProfile(audited(deps, c), c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .delete('/profiles/:id', ById, async (c) => {
      await deleteProfile(audited(deps, c), c.req.valid('param').id)
      return c.json({ deleted: true as const }, 200)
    })
    .post('/agents/:id/install', ById, Command, async (c) =>
      c.json(
        await commandEngine(audited(deps, c), c.req.valid('param').id, 'install_engine', c.req.valid('json')),
        202,
      ),
    )
    .post('/agents/:id/start', ById, Command, async (c) =>
      c.json(
        await commandEngine(audited(deps, c), c.req.valid('param').id, 'start_engine', c.req.valid('json')),
        202,
      ),
    )
    .post('/agents/:id/stop', ById, Command, async (c) =>
      c.json(
        await commandEngine(audited(deps, c), c.req.valid('param').id, 'stop_engine', c.req.valid('json')),
        202,
      ),
    )

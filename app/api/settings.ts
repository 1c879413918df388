import type { Deps } from '../deps.ts'
import { router } from '../http/env.ts'
import { validate } from '../http/validate.ts'
import { SettingsChange } from '../settings/schema.ts'
import { changeSettings, viewSettings } from '../settings/service.ts'
import { audited } from './audited.ts'

export const settingsRouter = (deps: Deps) =>
  router()
    .get('/', (c) => c.json(viewSettings(deps), 200))
    .put('/', validate('json', SettingsChange), async (c) =>
      c.json(await changeSettings(audited(deps, c), c.req.valid('json')), 200),
    )

import type { Context } from 'hono'
import { AlertNote, AlertQuery, AlertSilence } from '../alerts/schema.ts'
import { getAlert, listAlerts } from '../alerts/service.ts'
import { accept, acknowledge, confirmByHand, falseAlarm, resolve, silence } from '../alerts/watch/by-hand.ts'
import type { Deps } from '../deps.ts'
import { ById } from '../http/by-id.ts'
import { type Env, router } from '../http/env.ts'
import { Paging } from '../http/fields.ts'
import { validate } from '../http/validate.ts'
import { audited } from './audited.ts'

const Note = validate('json', AlertNote)

export const alertsRouter = (deps: Deps) =>
  router()
    .get('/', validate('query', AlertQuery.extend(Paging.shape)), async (c) =>
      deps.answers.json(c, () => listAlerts(deps, c.req.valid('query'))),
    )
    .get('/:id', ById, async (c) => deps.answers.json(c, () => getAlert(deps, c.req.valid('param').id)))
    .post('/:id/acknowledge', ById, Note, async (c) => c.json(await acknowledge(...asked(deps, c)), 200))
    .post('/:id/accept', ById, Note, async (c) => c.json(await accept(...asked(deps, c)), 200))
    .post('/:id/resolve', ById, Note, async (c) => c.json(await resolve(...asked(deps, c)), 200))
    .post('/:id/silence', ById, validate('json', AlertSilence), async (c) =>
      c.json(await silence(...asked(deps, c)), 200),
    )
    .post('/:id/false-alarm', ById, Note, async (c) => c.json(await falseAlarm(...asked(deps, c)), 200))
    .post('/:id/confirm', ById, Note, async (c) => c.json(await confirmByHand(...asked(deps, c)), 200))

type Asking<Body> = Context<Env, string, { out: { param: { id: string }; json: Body } }>

/** What a step by hand takes: the alert, who asks for it, and what they give. */
const asked = <Body>(deps: Deps, c: Asking<Body>) =>
  [audited(deps, c), c.req.valid('param').id, c.get('principal'), c.req.valid('json')] as const

import { z } from 'zod'
import { AlertNote, AlertQuery, AlertSilence } from '../alerts/schema.ts'
import { getAlert, listAlerts } from '../alerts/service.ts'
import { accept, acknowledge, confirmByHand, falseAlarm, resolve, silence } from '../alerts/watch/by-hand.ts'
import type { Deps } from '../deps.ts'
import { router } from '../http/env.ts'
import { Id, Paging } from '../http/fields.ts'
import { validate } from '../http/validate.ts'
import { audited } from './audited.ts'

const AlertId = validate('param', z.object({ id: Id }))
const Note = validate('json', AlertNote)

export const alertsRouter = (deps: Deps) =>
  router()
    .get('/', validate('query', AlertQuery.extend(Paging.shape)), async (c) =>
      deps.answers.json(c, () => listAlerts(deps, c.req.valid('query'))),
    )
    .get('/:id', AlertId, async (c) => deps.answers.json(c, () => getAlert(deps, c.req.valid('param').id)))
    .post('/:id/acknowledge', AlertId, Note, async (c) =>
      c.json(
        await acknowledge(audited(deps, c), c.req.valid('param').id, c.get('principal'), c.req.valid('json')),
        200,
      ),
    )
    .post('/:id/accept', AlertId, Note, async (c) =>
      c.json(
        await accept(audited(deps, c), c.req.valid('param').id, c.get('principal'), c.req.valid('json')),
        200,
      ),
    )
    .post('/:id/resolve', AlertId, Note, async (c) =>
      c.json(
        await resolve(audited(deps, c), c.req.valid('param').id, c.get('principal'), c.req.valid('json')),
        200,
      ),
    )
    .post('/:id/silence', AlertId, validate('json', AlertSilence), async (c) =>
      c.json(
        await silence(audited(deps, c), c.req.valid('param').id, c.get('principal'), c.req.valid('json')),
        200,
      ),
    )
    .post('/:id/false-alarm', AlertId, Note, async (c) =>
      c.json(
        await falseAlarm(audited(deps, c), c.req.valid('param').id, c.get('principal'), c.req.valid('json')),
        200,
      ),
    )
    .post('/:id/confirm', AlertId, Note, async (c) =>
      c.json(
        await confirmByHand(
          audited(deps, c),
          c.req.valid('param').id,
          c.get('principal'),
          c.req.valid('json'),
        ),
        200,
      ),
    )

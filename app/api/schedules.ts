import type { Deps } from '../deps.ts'
import { ById } from '../http/by-id.ts'
import { router } from '../http/env.ts'
import { Paging } from '../http/fields.ts'
import { idempotent } from '../http/idempotency.ts'
import { validate } from '../http/validate.ts'
import { runNow } from '../schedules/launch.ts'
import { NewSchedule, ScheduleChange, SchedulePreviewRequest } from '../schedules/schema.ts'
import {
  changeSchedule,
  createSchedule,
  deleteSchedule,
  getSchedule,
  listScheduleRuns,
  listSchedules,
  previewSchedule,
} from '../schedules/service.ts'
import { audited } from './audited.ts'

export const schedulesRouter = (deps: Deps) => {
  const once = idempotent(deps)
  return router()
    .get('/', validate('query', Paging), async (c) =>
      deps.answers.json(c, () => listSchedules(deps, c.req.valid('query'))),
    )
    .post('/', validate('json', NewSchedule), async (c) =>
      c.json(await once(c, (keep) => createSchedule(audited(deps, c), c.req.valid('json'), keep)), 201),
    )
    .post('/preview', validate('json', SchedulePreviewRequest), (c) =>
      c.json(previewSchedule(deps, c.req.valid('json')), 200),
    )
    .get('/:id', ById, async (c) => deps.answers.json(c, () => getSchedule(deps, c.req.valid('param').id)))
    .put('/:id', ById, validate('json', ScheduleChange), async (c) => {
      await changeSchedule(audited(deps, c), c.req.valid('param').id, c.req.valid('json'))
      return c.json({ updated: true as const }, 200)
    })
    .delete('/:id', ById, async (c) => {
      await deleteSchedule(audited(deps, c), c.req.valid('param').id)
      return c.json({ deleted: true as const }, 200)
    })
    .post('/:id/run', ById, async (c) => c.json(await runNow(audited(deps, c), c.req.valid('param').id), 202))
    .get('/:id/runs', ById, validate('query', Paging), async (c) =>
      deps.answers.json(c, () => listScheduleRuns(deps, c.req.valid('param').id, c.req.valid('query'))),
    )
}

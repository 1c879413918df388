import type { Context, TypedResponse } from 'hono'
import { SHARE_HEADER } from '../../lib/share-header.ts'
import type { Deps } from '../deps.ts'
import { Forbidden, Unauthenticated } from '../errors.ts'
import { ById } from '../http/by-id.ts'
import { type Env, headerOf, router } from '../http/env.ts'
import { Paging } from '../http/fields.ts'
import { answerJson } from '../http/large-answer.ts'
import { publicUrl } from '../http/public-url.ts'
import { validate } from '../http/validate.ts'
import { NewShare, type Shared } from '../shares/schema.ts'
import { createShare, deleteShare, findShare, listShares, readShare } from '../shares/service.ts'
import { audited } from './audited.ts'
import type { AuthThrottle } from './auth-throttle.ts'
import { inSeries, largeRead } from './large-read.ts'

export const sharesRouter = (deps: Deps) =>
  router()
    // Not kept: whether a link is expired depends on the clock.
    .get('/', validate('query', Paging), async (c) =>
      c.json(await listShares(deps, c.req.valid('query')), 200),
    )
    .post('/', validate('json', NewShare), async (c) => {
      const made = await createShare(audited(deps, c), c.get('principal'), c.req.valid('json'), inSeries(c))
      return c.json({ ...made, url: `${publicUrl(deps, c)}/shared#${made.secret}` }, 201)
    })
    .delete('/:id', ById, async (c) => {
      await deleteShare(audited(deps, c), c.req.valid('param').id)
      return c.json({ deleted: true as const }, 200)
    })

const encoder = new TextEncoder()

/** What a link shows, for the secret in its header alone. Wrong secrets are limited like wrong tokens. */
export function sharedRouter(deps: Deps, throttle: AuthThrottle) {
  const stalledMs = deps.config.stalled_reader_s * 1000
  return router().get('/', async (c) => {
    const secret = secretOf(c)
    const row = await findShare(deps, secret)
    if (!row) {
      throttle.check(c.get('address'))
      throttle.wrong(c.get('address'))
      throw new Forbidden('This link is unknown to this server, has expired or was deleted.')
    }
    c.header('Cache-Control', 'no-store')
    const json = await readShare(deps, row, largeRead(deps, c))
    return answerJson(c, [encoder.encode(json)], stalledMs) as Response as Response &
      TypedResponse<Shared, 200, 'json'>
  })
}

/** @throws Unauthenticated without one */
function secretOf(c: Context<Env>): string {
  const secret = headerOf(c, SHARE_HEADER)?.trim()
  if (!secret) throw new Unauthenticated(`Send the secret of the link as "${SHARE_HEADER}: <secret>".`)
  return secret
}

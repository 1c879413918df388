import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { BadRequest } from '../errors.ts'
import { type Env, router } from '../http/env.ts'
import { Id } from '../http/fields.ts'
import { validate } from '../http/validate.ts'
import { followEvents } from './follow.ts'
import { newestEvent } from './log.ts'

const StreamQuery = z.object({ last_event_id: z.string().max(20).optional() })

/** Server-sent events: everything, or what is about one agent, test, campaign or download. */
export const eventsRouter = (deps: Deps) =>
  router()
    .get('/stream', validate('query', StreamQuery), (c) =>
      stream(deps, c, c.req.valid('query').last_event_id),
    )
    .get(
      '/stream/:source_id',
      validate('param', z.object({ source_id: Id })),
      validate('query', StreamQuery),
      (c) => stream(deps, c, c.req.valid('query').last_event_id, c.req.valid('param').source_id),
    )

async function stream(deps: Deps, c: Context<Env>, queried: string | undefined, source?: string) {
  const asked = c.req.header('last-event-id') ?? queried
  if (asked !== undefined && !/^\d{1,15}$/.test(asked))
    throw new BadRequest('last_event_id: must be the id of an event.')
  const after = asked === undefined ? await newestEvent(deps) : Number(asked)
  const response = streamSSE(c, async (sse) => {
    const abort = new AbortController()
    sse.onAbort(() => abort.abort())
    c.req.raw.signal.addEventListener('abort', () => abort.abort(), { once: true })
    const write = async (text: string) => void (await sse.write(text))
    const kept = await followEvents(deps, { write, signal: abort.signal, source, after })
    if (kept) return
    c.env?.cut?.()
    sse.abort()
  })
  response.headers.set('Cache-Control', 'no-cache, no-transform')
  response.headers.set('X-Accel-Buffering', 'no')
  response.headers.set('Last-Event-Id', String(after))
  return response
}

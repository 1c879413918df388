import type { Context } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
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
  // An id that was never given out comes from another database: it would hide everything up to it.
  const newest = await newestEvent(deps.db.read)
  const after = Math.min(asked === undefined ? newest : Number(asked), newest)
  if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' })
  const response = streamSSE(c, async (sse) => {
    const write = async (text: string) => void (await sse.write(text))
    const signal = goneSignal(sse, c.req.raw.signal)
    try {
      if (await followEvents(deps, { write, signal, source, after })) return
    } catch (error) {
      deps.log.warn({ error: String(error) }, 'an event stream failed; its reader comes back')
    }
    c.env?.cut?.()
    sse.abort()
  })
  response.headers.set('Cache-Control', 'no-cache, no-transform')
  response.headers.set('X-Accel-Buffering', 'no')
  response.headers.set('Last-Event-Id', String(after))
  return response
}

/** Aborts when the reader goes away: some runtimes cancel the body, some abort the request, some do both. */
function goneSignal(sse: SSEStreamingApi, request: AbortSignal): AbortSignal {
  const abort = new AbortController()
  const gone = () => abort.abort()
  sse.onAbort(gone)
  request.addEventListener('abort', gone, { once: true })
  if (request.aborted || sse.aborted) gone()
  return abort.signal
}

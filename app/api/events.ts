import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { BadRequest } from '../errors.ts'
import { newestEvent, type Resume, resumeAt, timeOfEvent } from '../events/log.ts'
import { EVENT_TIME, parseResumeId } from '../events/resume-id.ts'
import { streamEvents } from '../events/stream.ts'
import { type StreamWriter, streamWriterOf } from '../events/stream-writer.ts'
import { type Env, router } from '../http/env.ts'
import { Id } from '../http/fields.ts'
import { validate } from '../http/validate.ts'
import { tokenOf } from '../principal.ts'
import { createRevocation, type Revocation } from './revocation.ts'
import type { Rights } from './token-owner.ts'

const StreamQuery = z.object({ last_event_id: z.string().max(31).optional() })

/** Server-sent events: all, or those of one agent, test, campaign or download. */
export const eventsRouter = (deps: Deps, rights: Rights) => {
  const revocation = createRevocation(deps, rights)
  return router()
    .get('/stream', validate('query', StreamQuery), (c) =>
      stream(deps, revocation, c, c.req.valid('query').last_event_id),
    )
    .get(
      '/stream/:source_id',
      validate('param', z.object({ source_id: Id })),
      validate('query', StreamQuery),
      (c) => stream(deps, revocation, c, c.req.valid('query').last_event_id, c.req.valid('param').source_id),
    )
}

/** @throws BadRequest for an invalid id */
function resumeAfter(read: Deps['db']['read'], asked: string): Promise<Resume> {
  const seen = parseResumeId(asked)
  if (!seen) throw new BadRequest('last_event_id: must be the id of an event.')
  return resumeAt(read, seen.id, seen.at)
}

async function stream(
  deps: Deps,
  revocation: Revocation,
  c: Context<Env>,
  queried: string | undefined,
  source?: string,
) {
  const asked = c.req.header('last-event-id') ?? queried
  const { read } = deps.db
  const resume = asked === undefined ? { after: await newestEvent(read) } : await resumeAfter(read, asked)
  const { after } = resume
  if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' })
  const headers = {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
    'Last-Event-Id': String(after),
    [EVENT_TIME]: String((await timeOfEvent(read, after)) ?? ''),
  }
  const principal = c.get('principal')
  const token_hash = c.get('token_hash')
  const expires_at = tokenOf(principal)?.expires_at
  const whileAllowed = (end: () => void) => revocation.watch(token_hash, end, expires_at)
  /** Writes until the stream ends; false if the connection must be cut. */
  const writeTo = async (sink: StreamWriter): Promise<boolean> => {
    try {
      return await streamEvents(deps, { sink, source, ...resume, whileAllowed })
    } catch (error) {
      deps.log.warn({ error: String(error) }, 'an event stream failed; its reader reconnects')
      return false
    }
  }
  const open = c.env?.openStream?.(headers)
  if (open) {
    void writeTo(open.sink).then((done) => (done ? open.end() : c.env.cut?.()))
    return open.response
  }
  const response = streamSSE(c, async (sse) => {
    if (await writeTo(streamWriterOf(sse, c.req.raw.signal))) return
    c.env?.cut?.()
    sse.abort()
  })
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

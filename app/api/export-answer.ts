import type { Context, TypedResponse } from 'hono'
import type { z } from 'zod'
import type { Deps } from '../deps.ts'
import type { Export } from '../exports/exports.ts'
import {
  type ExportAnswer,
  type ExportQuery,
  FILES,
  LEFT_OUT_HEADER,
  leftOutText,
  RESULTS_HEADER,
} from '../exports/schema.ts'
import type { Env } from '../http/env.ts'
import { answerStream } from '../http/streamed-answer.ts'

type Answer = Response & TypedResponse<z.infer<typeof ExportAnswer>, 200, 'json'>

/** Answers with an export as a file that is written while it is read. */
export function answerExport(
  c: Context<Env>,
  { format, requests }: ExportQuery,
  { results, leftOut, pieces, end }: Export,
  { clock, config, log }: Pick<Deps, 'clock' | 'config' | 'log'>,
): Answer {
  const { type, ending } = FILES[format]
  const day = new Date(clock.now()).toISOString().slice(0, 10)
  const headers = {
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="kitt-${requests ? 'requests' : 'results'}-${day}.${ending}"`,
    'Cache-Control': 'no-store',
    [RESULTS_HEADER]: String(results),
    ...(Object.keys(leftOut).length > 0 ? { [LEFT_OUT_HEADER]: leftOutText(leftOut) } : {}),
  }
  if (c.req.method === 'HEAD') {
    end()
    return c.body(null, 200, headers) as unknown as Answer
  }
  const ended = (error: unknown) => {
    end()
    if (error !== undefined) log.warn({ error: String(error) }, 'an export was cut off')
  }
  return answerStream(c, pieces, {
    headers,
    stalledMs: config.stalled_reader_s * 1000,
    ended,
  }) as unknown as Answer
}

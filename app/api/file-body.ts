import type { MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { z } from 'zod'
import type { Deps } from '../deps.ts'
import type { Env } from '../http/env.ts'
import { inputSchemas, validate } from '../http/validate.ts'
import { actorOf } from '../principal.ts'
import { LARGE_DOCUMENT, readFileHere } from '../results/documents.ts'
import { ImportQuery } from '../results/import-schema.ts'
import type { FileRequest } from '../results/importers/read-file.ts'
import { isGzip } from '../results/importers/unpack.ts'
import type { ReadUpload } from '../results/upload.ts'

/** Checks the query; clients of KITT's own documents send none. */
export const importQuery = validate('query', ImportQuery) as unknown as MiddlewareHandler<
  Env,
  string,
  { out: { query: ImportQuery } }
>

/** A file as it was read, and whether it was large. */
export type FileBody = { upload: ReadUpload; isLarge: boolean }

/**
 * Reads a body that is a file of any tool, and gives the handler its runs.
 * @param schema what a body of KITT's own has to be
 * @throws BadRequest, PayloadTooLarge, Unavailable
 */
export function fileBody<S extends z.ZodType>(deps: Pick<Deps, 'files' | 'sha256'>, schema: S) {
  type Input = {
    in: { json: z.input<S>; query?: z.input<typeof ImportQuery> }
    out: { json: FileBody; query: ImportQuery }
  }
  const handler = createMiddleware<Env, string, Input>(async (c, next) => {
    const bytes = c.get('document')
    // Files that are read have a bound of their own: results need not wait for them.
    c.get('leave')?.()
    const request = requestOf(c.req.valid('query'), actorOf(c.get('principal')))
    // A small archive may hold much.
    const isLarge = bytes.byteLength > LARGE_DOCUMENT || isGzip(bytes)
    const upload =
      isLarge || isLongText(bytes)
        ? await deps.files.read('file', bytes, request)
        : await readFileHere(bytes, request, deps.sha256)
    c.req.addValidatedData('json', { upload, isLarge })
    return next()
  })
  inputSchemas.set(handler, { target: 'json', schema })
  return handler
}

/** Other texts take up to a hundred times as long to read as JSON of the same size; in bytes. */
const LONG_TEXT = 16 * 1024

/** Whether a file is a longer text than is read here, and no JSON. */
function isLongText(bytes: Uint8Array): boolean {
  if (bytes.byteLength <= LONG_TEXT) return false
  try {
    JSON.parse(decoder.decode(bytes))
    return false
  } catch {
    return true
  }
}

const decoder = new TextDecoder()

function requestOf({ format, map, dry_run, tag, file, ...facts }: ImportQuery, by: string): FileRequest {
  return { format, map, asserted: { ...facts, tags: tag, path: file, by } }
}

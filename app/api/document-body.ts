import { createMiddleware } from 'hono/factory'
import type { z } from 'zod'
import type { Deps } from '../deps.ts'
import type { Env } from '../http/env.ts'
import { inputSchemas } from '../http/validate.ts'
import { type DocumentWork, LARGE_DOCUMENT, workHere } from '../results/documents.ts'

/**
 * Reads a body that may be a large document, and gives the handler what is needed of it.
 * @param schema what the body has to be
 * @throws BadRequest, PayloadTooLarge, Unavailable
 */
export function documentBody<K extends 'report', S extends z.ZodType>(
  deps: Pick<Deps, 'documents' | 'sha256'>,
  kind: K,
  schema: S,
) {
  type Input = { in: { json: z.input<S> }; out: { json: DocumentWork[K] } }
  const handler = createMiddleware<Env, string, Input>(async (c, next) => {
    const bytes = c.get('document')
    const use = (read: DocumentWork[K]) => {
      c.req.addValidatedData('json', read)
      return next()
    }
    if (bytes.byteLength > LARGE_DOCUMENT) await deps.documents.take(kind, bytes, use)
    else await use(workHere(kind, bytes, deps.sha256))
  })
  inputSchemas.set(handler, { target: 'json', schema })
  return handler
}

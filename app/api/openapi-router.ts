import type { Deps } from '../deps.ts'
import { router } from '../http/env.ts'
import { openApiDocument } from './openapi.ts'

/** The OpenAPI document, built at the first request: `registered` is filled once the app is complete. */
export function openApiRouter({ version }: Deps, registered: Parameters<typeof openApiDocument>[0]) {
  let bytes: Uint8Array<ArrayBuffer> | undefined
  return router().get('/', (c) => {
    // Text would be encoded for every answer.
    bytes ??= new TextEncoder().encode(JSON.stringify(openApiDocument(registered, version)))
    return c.body(bytes, 200, { 'Content-Type': 'application/json' })
  })
}

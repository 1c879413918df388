import { createClient } from '../../../app/client/client.ts'
import type { ExportFormat } from '../../../app/exports/schema.ts'
import { queryOf } from './kitt.ts'
import { LEFT_OUT_HEADER } from './left-out-header.ts'
import type { ResultSearch } from './results.ts'
import { getToken } from './token.ts'

/** Which results: the filters of a list, or their ids. */
export type Exported = Omit<ResultSearch, 'sort' | 'page' | 'per_page' | 'skip'> & {
  ids?: string | undefined
}

/**
 * A file of results, and those that are not in it by reason: `2 failed, 1 prefix_cache`.
 * @param requests a row a request instead of a row a result
 */
export async function exportedFile(
  of: Exported,
  format: ExportFormat,
  requests = false,
): Promise<{ blob: Blob; name: string; leftOut: string }> {
  // A file may be larger than any other answer.
  const { api } = createClient({
    baseUrl: location.origin,
    token: getToken(),
    maxAnswerBytes: Number.MAX_SAFE_INTEGER,
  })
  const query = { ...queryOf(of), format, ...(requests ? { requests: 'true' as const } : {}) }
  const answer = await api.v1.results.export.$get({ query })
  const named = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1]
  const leftOut = answer.headers.get(LEFT_OUT_HEADER) ?? ''
  return { blob: await answer.blob(), name: named ?? `kitt-results.${format}`, leftOut }
}

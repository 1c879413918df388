import { queryOptions } from '@tanstack/react-query'
import { createClient } from '../../../app/client/client.ts'
import { SHARE_HEADER } from '../../../lib/share-header.ts'
import { kitt, queryOf, read } from './kitt.ts'

export type { Share, Shared, SharedView } from '../../../app/shares/schema.ts'

/** A page of the shared links, the newest first. */
export const sharesQuery = (page?: number) =>
  queryOptions({
    queryKey: ['shares', page ?? 1],
    queryFn: () => read(kitt().api.v1.shares.$get({ query: queryOf({ page }) })),
  })

/** What a link shows. The secret is sent in a header, and no token. */
export const sharedQuery = (secret: string) =>
  queryOptions({
    queryKey: ['shared', secret],
    queryFn: () => {
      const { api } = createClient({ baseUrl: location.origin })
      return read(api.v1.shared.$get({}, { headers: { [SHARE_HEADER]: secret } }))
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
